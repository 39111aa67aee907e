'use client';

import { Dialog } from '../ui/dialog';
import { LineCard } from './line-card';

/** The playlist addresses of whoever is signed in, over any page. */
export const LineDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog
    open
    onOpenChange={(open) => (open ? undefined : onClose())}
    title="Your playlist address"
    description="For VLC, Kodi and TV apps. Whoever has it can watch as you, and nothing more."
  >
    <LineCard />
  </Dialog>
);
