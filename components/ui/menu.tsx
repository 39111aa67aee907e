'use client';

import { DropdownMenu as Radix } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

type MenuProps = {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  startOpen?: boolean;
};

/** A list of actions that opens from a button. */
export const Menu = ({ trigger, children, align = 'end', side = 'bottom', startOpen = false }: MenuProps) => (
  <Radix.Root defaultOpen={startOpen}>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content
        align={align}
        side={side}
        sideOffset={6}
        collisionPadding={8}
        className="z-50 min-w-48 animate-[rise_160ms_var(--ease-out)] rounded-lg border border-line-strong bg-overlay p-1.5 shadow-(--shadow-3) outline-none"
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);

type MenuItemProps = ComponentProps<typeof Radix.Item> & { danger?: boolean };

export const MenuItem = ({ danger = false, className, ...rest }: MenuItemProps) => (
  <Radix.Item
    {...rest}
    className={cn(
      'flex h-[34px] cursor-pointer select-none items-center gap-2.5 rounded-md px-2.5 font-[550] outline-none pointer-coarse:h-11',
      'data-[disabled]:pointer-events-none data-[highlighted]:bg-raised data-[disabled]:opacity-50 [&_svg]:size-4',
      danger ? 'text-bad' : 'text-ink [&_svg]:text-ink-3',
      className,
    )}
  />
);

export const MenuSeparator = () => <Radix.Separator className="mx-1 my-1.5 h-px bg-line" />;
