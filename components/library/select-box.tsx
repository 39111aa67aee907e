'use client';

import { type ChangeEvent, type ReactNode, useId } from 'react';
import { Checkbox } from '../ui/check';
import { cn } from '../ui/cn';

export type Pick = {
  selected: boolean;
  /** Something is selected, so every box is shown. */
  any: boolean;
  onToggle: (shift: boolean) => void;
};

/**
 * A picture with a box to select it. The box shows under the pointer, with the focus, on touch screens and once
 * something is selected; Shift selects all between.
 */
export const Selectable = ({ title, pick, children }: { title: string; pick: Pick; children: ReactNode }) => {
  const id = useId();
  const onChange = ({ nativeEvent }: ChangeEvent<HTMLInputElement>): void =>
    pick.onToggle('shiftKey' in nativeEvent && nativeEvent.shiftKey === true);
  return (
    <div
      data-selected={pick.selected}
      className={cn(
        'group/tile relative grid min-w-0 rounded-[9px]',
        pick.selected && 'outline-2 outline-accent-ink outline-offset-3',
      )}
    >
      {children}
      <label
        htmlFor={id}
        data-theme="dark"
        className={cn(
          'absolute top-0 left-0 z-10 grid size-10 place-items-center opacity-0 transition-opacity duration-(--duration-fast)',
          'focus-within:opacity-100 group-hover/tile:opacity-100 pointer-coarse:opacity-100',
          pick.any && 'opacity-100',
        )}
      >
        <span className="grid size-6 place-items-center rounded-sm bg-[rgb(8_6_14/.78)]">
          <span className="sr-only">Select {title}</span>
          <Checkbox id={id} checked={pick.selected} onChange={onChange} />
        </span>
      </label>
    </div>
  );
};
