'use client';

import { type ChangeEvent, type ReactNode, useId } from 'react';
import { Checkbox } from '../ui/check';
import { cn } from '../ui/cn';
import type { Toggle } from './use-picks';

type SelectableProps = {
  id: string;
  title: string;
  selected: boolean;
  onToggle: Toggle;
  children: ReactNode;
};

/**
 * A picture with a box to select it. The box shows under the pointer, with the focus, on touch screens and once
 * something is selected (`data-any` of the list, so that a choice draws only its own picture anew); Shift selects all between.
 */
export const Selectable = ({ id, title, selected, onToggle, children }: SelectableProps) => {
  const boxId = useId();
  const onChange = ({ nativeEvent }: ChangeEvent<HTMLInputElement>): void =>
    onToggle(id, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true);
  return (
    <div
      data-selected={selected}
      className={cn(
        'group/tile relative grid min-w-0 rounded-[9px]',
        selected && 'outline-2 outline-accent-ink outline-offset-3',
      )}
    >
      {children}
      <label
        htmlFor={boxId}
        data-theme="dark"
        className={cn(
          'absolute top-0 left-0 z-10 grid size-10 place-items-center opacity-0 transition-opacity duration-(--duration-fast)',
          'focus-within:opacity-100 group-hover/tile:opacity-100 pointer-coarse:opacity-100',
          'group-data-[any=true]/picks:opacity-100',
        )}
      >
        <span className="grid size-6 place-items-center rounded-sm bg-[rgb(8_6_14/.78)]">
          <span className="sr-only">Select {title}</span>
          <Checkbox id={boxId} checked={selected} onChange={onChange} />
        </span>
      </label>
    </div>
  );
};
