import { Check, LoaderCircle, SlidersHorizontal } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { cn } from '../ui/cn';
import { useIsSheet } from './panel-frame';
import { choiceHere, choiceLabel, isComing } from './quality';
import type { PlayerRequest, PlayerState, Quality } from './types';

type QualityMenuProps = {
  state: PlayerState;
  request: (request: PlayerRequest) => void;
  root: RefObject<HTMLElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** The button that says what is on the screen, and the list behind it. */
export const QualityMenu = ({ state, request, root, open, onOpenChange }: QualityMenuProps) => {
  const button = useRef<HTMLButtonElement>(null);
  const sheet = useIsSheet();
  if (state.qualities.length === 0) return null;
  const choice = choiceHere(state);
  const close = (): void => {
    onOpenChange(false);
    button.current?.focus();
  };
  const list = (
    <QualityList
      state={state}
      sheet={sheet}
      opener={button}
      onClose={close}
      onChoose={(choice) => {
        request({ type: 'quality', choice });
        close();
      }}
    />
  );
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`Quality: ${choiceLabel(state.qualities, choice, state.quality)}`}
        onClick={() => onOpenChange(!open)}
        className="hit relative flex h-8 items-center gap-1.5 whitespace-nowrap rounded-md bg-white/14 px-2.5 font-[560] hover:bg-white/20 focus-visible:outline-white [&_svg]:size-4"
      >
        {isComing(choice, state) ? (
          <LoaderCircle aria-hidden className="animate-spin" />
        ) : (
          <SlidersHorizontal aria-hidden />
        )}
        <span className="@max-md/player:hidden">{choiceLabel(state.qualities, choice, state.quality)}</span>
        <span className="@md/player:hidden">
          {choice === 'auto' ? 'Auto' : choiceLabel(state.qualities, choice, null)}
        </span>
      </button>
      {open && sheet ? createPortal(<div data-theme="dark">{list}</div>, document.body) : null}
      {open && !sheet && root.current ? createPortal(list, root.current) : null}
    </>
  );
};

/** One unit for the whole column, so that the lines compare at a glance. */
const megabits = (bitsPerSecond: number): string => `${Math.max(0.1, bitsPerSecond / 1e6).toFixed(1)} Mb/s`;

/** What stands beside a quality: that it is on its way or cannot be had now, else its bit rate. */
const noteOf = ({ id, bandwidth }: Quality, state: PlayerState): string => {
  if (state.refused.includes(id)) return 'busy, later';
  if (isComing(id, state)) return 'starting';
  return bandwidth === null ? '' : megabits(bandwidth);
};

type ListProps = {
  state: PlayerState;
  sheet: boolean;
  opener: RefObject<HTMLButtonElement | null>;
  onChoose: (choice: string) => void;
  onClose: () => void;
};

const QualityList = ({ state, sheet, opener, onChoose, onClose }: ListProps) => {
  const list = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    list.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (list.current?.contains(target) || opener.current?.contains(target)) return;
      close.current();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [opener]);
  const onKey = (event: KeyboardEvent): void => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    if (to !== undefined || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const playing = state.qualities.find(({ id }) => id === state.quality);
  const chosen = choiceHere(state);
  return (
    <div
      ref={list}
      role="menu"
      aria-label="Quality"
      onKeyDown={onKey}
      className={cn(
        'z-50 border border-white/11 p-1.5 text-white',
        sheet
          ? 'fixed inset-x-2 bottom-2 animate-[slide-up_280ms_var(--ease-out)] rounded-xl bg-[rgb(31_28_45)] pb-[max(6px,env(safe-area-inset-bottom))] shadow-(--shadow-3)'
          : 'absolute right-4 bottom-[74px] max-h-[calc(100%-88px)] w-[236px] animate-[rise_160ms_var(--ease-out)] overflow-y-auto rounded-[12px] bg-[rgb(16_13_26/.88)] shadow-[0_20px_50px_-10px_rgb(0_0_0/.6)] backdrop-blur-[18px] backdrop-saturate-130 @max-md/player:right-3',
      )}
    >
      <div className="px-2.5 pt-1.5 pb-[7px] text-[#A9A3BE] text-label">Quality</div>
      <Item
        label={choiceLabel(state.qualities, 'auto', state.choice === 'auto' ? state.quality : null)}
        note={state.choice === 'auto' && playing ? 'fits your line' : 'adapts'}
        on={state.choice === 'auto'}
        sheet={sheet}
        onChoose={() => onChoose('auto')}
      />
      {state.qualities.map((quality) => (
        <Item
          key={quality.id}
          label={quality.label}
          note={noteOf(quality, state)}
          busy={isComing(quality.id, state)}
          on={chosen === quality.id}
          sheet={sheet}
          onChoose={() => onChoose(quality.id)}
        />
      ))}
    </div>
  );
};

type ItemProps = {
  label: string;
  note: string;
  /** Chosen, and not there yet. */
  busy?: boolean;
  on: boolean;
  sheet: boolean;
  onChoose: () => void;
};

const Item = ({ label, note, busy = false, on, sheet, onChoose }: ItemProps) => (
  <button
    type="button"
    role="menuitemradio"
    aria-checked={on}
    onClick={onChoose}
    className={cn(
      'grid w-full grid-cols-[18px_1fr_auto] items-center gap-2 rounded-md px-2.5 text-left font-[560] outline-none focus-visible:shadow-[inset_0_0_0_2px_#B7A4FF]',
      sheet ? 'h-[46px] text-lead' : 'h-[34px] text-body pointer-coarse:h-11',
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
    <span>{label}</span>
    <span className={cn('font-medium text-label tabular-nums', on ? 'text-[#E3DBFF]' : 'text-[#A9A3BE]')}>
      {note}
    </span>
  </button>
);
