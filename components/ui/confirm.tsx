'use client';

import type { ConfirmProps } from './confirm-dialog';
import { lazyPart } from './lazy-part';

const Asked = lazyPart(() => import('./confirm-dialog').then((m) => m.ConfirmDialog));

/** Asks before something that cannot be taken back; what draws it is loaded with the first question. */
export const Confirm = (props: ConfirmProps) => (props.open ? <Asked {...props} /> : null);
