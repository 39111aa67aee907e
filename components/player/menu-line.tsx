import { Check, ChevronRight, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../ui/cn';

const line = (sheet: boolean): string =>
  cn(
    'grid w-full items-center gap-2 rounded-md px-2.5 text-left font-[560] outline-none focus-visible:shadow-[inset_0_0_0_2px_#B7A4FF]',
    sheet ? 'min-h-[46px] text-lead' : 'min-h-[34px] text-body pointer-coarse:min-h-11',
  );

type ChoiceProps = {
  label: string;
  note?: string;
  /** Chosen, and not there yet. */
  busy?: boolean;
  on: boolean;
  sheet: boolean;
  onChoose: () => void;
};

/** One of several, of which one holds. */
export const Choice = ({ label, note = '', busy = false, on, sheet, onChoose }: ChoiceProps) => (
  <button
    type="button"
    role="menuitemradio"
    aria-checked={on}
    onClick={onChoose}
    className={cn(
      line(sheet),
      'grid-cols-[18px_minmax(0,1fr)_auto] py-1.5',
      on ? 'bg-[#6335EB]' : 'hover:bg-white/7',
    )}
  >
    {busy ? (
      <LoaderCircle aria-hidden className="size-4 animate-spin" />
    ) : on ? (
      <Check aria-hidden className="size-4" />
    ) : (
      <span />
    )}
    <span className="[overflow-wrap:anywhere]">{label}</span>
    <span className={cn('font-medium text-label tabular-nums', on ? 'text-[#E3DBFF]' : 'text-[#A9A3BE]')}>
      {note}
    </span>
  </button>
);

type EntryProps = { label: string; icon: ReactNode; value?: string; sheet: boolean; onOpen: () => void };

/** The way to a page of the menu, with what holds there; without a value it does something at once. */
export const Entry = ({ label, icon, value, sheet, onOpen }: EntryProps) => (
  <button
    type="button"
    role="menuitem"
    onClick={onOpen}
    className={cn(
      line(sheet),
      'grid-cols-[18px_auto_minmax(0,1fr)_16px] hover:bg-white/7 [&_svg]:size-4 [&_svg]:text-[#A9A3BE]',
    )}
  >
    {icon}
    <span>{label}</span>
    <span className="truncate text-right font-medium text-[#C9C4D9] text-label">{value}</span>
    {value === undefined ? <span /> : <ChevronRight aria-hidden />}
  </button>
);
