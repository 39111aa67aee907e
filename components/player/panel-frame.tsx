import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { createPortal } from 'react-dom';
import { cn } from '../ui/cn';
import { useClosing } from '../ui/use-closing';
import { useMedia } from '../ui/use-media';
import { PlayerButton } from './player-button';

/** A phone held upright has room below the picture: there a panel is a sheet that leaves the picture free. */
const SHEET = '(max-width: 639px) and (orientation: portrait)';

export const useIsSheet = (): boolean => useMedia(SHEET) && document.fullscreenElement === null;

type FrameProps = {
  title: ReactNode;
  label: string;
  /** Has so much to say that it stands in two columns where there is room. */
  wide?: boolean;
  root: RefObject<HTMLElement | null>;
  onClose: () => void;
  children: ReactNode;
};

/** A panel over the upper left of the picture; Escape and the cross close it. */
export const PanelFrame = ({ root, ...props }: FrameProps) => {
  const sheet = useIsSheet();
  const place = sheet ? document.body : root.current;
  if (place === null) return null;
  return createPortal(
    <div data-theme="dark" className="contents">
      <Frame {...props} sheet={sheet} />
    </div>,
    place,
  );
};

const Frame = ({
  title,
  label,
  wide = false,
  sheet,
  onClose,
  children,
}: Omit<FrameProps, 'root'> & { sheet: boolean }) => {
  const ref = useClosing(onClose);
  return (
    <aside
      ref={ref}
      tabIndex={-1}
      aria-label={label}
      className={cn(
        'z-50 border border-white/11 text-body text-white outline-none',
        sheet
          ? 'fixed inset-x-2 bottom-2 max-h-[calc(100dvh-52px-56.25vw-16px)] animate-[slide-up_280ms_var(--ease-out)] overflow-y-auto rounded-xl bg-[rgb(31_28_45)] p-4 pb-[max(16px,env(safe-area-inset-bottom))] shadow-(--shadow-3)'
          : 'absolute top-4 left-4 max-h-[calc(100%-88px)] max-w-[calc(100%-32px)] animate-[rise_160ms_var(--ease-out)] overflow-y-auto rounded-[12px] bg-[rgb(16_13_26/.88)] p-[15px] shadow-[0_20px_50px_-10px_rgb(0_0_0/.6)] backdrop-blur-[18px] backdrop-saturate-130',
        !sheet && (wide ? 'w-[312px] @3xl/player:w-[640px]' : 'w-[312px]'),
      )}
    >
      <div className="-mt-1.5 -mr-1.5 flex items-center gap-2">
        <h2 className="min-w-0 flex-1 font-[620]">{title}</h2>
        <PlayerButton label="Close" onClick={onClose} className="size-8 [&_svg]:size-4">
          <X aria-hidden />
        </PlayerButton>
      </div>
      {children}
    </aside>
  );
};
