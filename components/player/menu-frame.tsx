import { ChevronLeft } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { cn } from '../ui/cn';
import { OPENERS } from './menu-opener';
import { useIsSheet } from './panel-frame';

type FrameProps = {
  title: string;
  root: RefObject<HTMLElement | null>;
  /** To the page before; null where the menu was opened on this page. */
  onBack: (() => void) | null;
  onClose: () => void;
  /** The lines, each made for a mouse over the picture or for a finger on a sheet. */
  children: (sheet: boolean) => ReactNode;
};

/** A menu over the lower right of the picture, or a sheet that leaves the picture free. */
export const MenuFrame = ({ root, ...props }: FrameProps) => {
  const sheet = useIsSheet();
  const place = sheet ? document.body : root.current;
  if (place === null) return null;
  return createPortal(
    <div data-theme="dark" className="contents">
      <Frame key={props.title} {...props} sheet={sheet} />
    </div>,
    place,
  );
};

/** Takes the focus to what is chosen, closes on a press elsewhere. */
const useMenu = (onClose: () => void) => {
  const menu = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const items = '[role="menuitemradio"], [role="menuitem"]:not([data-back])';
    const first =
      menu.current?.querySelector<HTMLElement>('[aria-checked="true"]') ??
      menu.current?.querySelector<HTMLElement>(items);
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'nearest' });
    const outside = ({ target }: PointerEvent): void => {
      if (!(target instanceof Element) || target.closest(OPENERS)) return;
      if (!menu.current?.contains(target)) close.current();
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  return menu;
};

const Frame = ({
  title,
  sheet,
  onBack,
  onClose,
  children,
}: Omit<FrameProps, 'root'> & { sheet: boolean }) => {
  const menu = useMenu(onClose);
  const onKey = (event: KeyboardEvent): void => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    const back = event.key === 'ArrowLeft' || (event.key === 'Escape' && onBack !== null);
    if (back) onBack?.();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    if (to !== undefined || back || event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div
      ref={menu}
      role="menu"
      tabIndex={-1}
      aria-label={title}
      onKeyDown={onKey}
      className={cn(
        'z-50 overflow-y-auto overscroll-contain border border-white/11 p-1.5 text-white outline-none',
        sheet
          ? 'fixed inset-x-2 bottom-2 max-h-[calc(100dvh-52px-56.25vw-16px)] animate-[slide-up_280ms_var(--ease-out)] rounded-xl bg-[rgb(31_28_45)] pb-[max(6px,env(safe-area-inset-bottom))] shadow-(--shadow-3)'
          : 'absolute right-4 bottom-[74px] max-h-[calc(100%-88px)] w-[264px] max-w-[calc(100%-24px)] animate-[rise_160ms_var(--ease-out)] rounded-[12px] bg-[rgb(16_13_26/.92)] shadow-[0_20px_50px_-10px_rgb(0_0_0/.6)] backdrop-blur-[18px] backdrop-saturate-130 @max-md/player:right-3',
      )}
    >
      {onBack ? (
        <button
          type="button"
          role="menuitem"
          data-back
          onClick={onBack}
          className={cn(
            'mb-1 flex w-full items-center gap-1.5 rounded-md px-2 font-[620] outline-none hover:bg-white/7 focus-visible:shadow-[inset_0_0_0_2px_#B7A4FF]',
            sheet ? 'h-[46px] text-lead' : 'h-[34px] text-body pointer-coarse:h-11',
          )}
        >
          <ChevronLeft aria-hidden className="size-4" />
          {title}
        </button>
      ) : (
        <div className="px-2.5 pt-1.5 pb-[7px] text-[#A9A3BE] text-label">{title}</div>
      )}
      {children(sheet)}
    </div>
  );
};
