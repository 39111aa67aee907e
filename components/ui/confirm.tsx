'use client';

import dynamic from 'next/dynamic';
import type { ConfirmProps } from './confirm-dialog';

const Asked = dynamic(() => import('./confirm-dialog').then((m) => m.ConfirmDialog), { ssr: false });

/** Asks before something that cannot be taken back; what draws it is loaded with the first question. */
export const Confirm = (props: ConfirmProps) => (props.open ? <Asked {...props} /> : null);
