import { describe, expect, it } from 'vitest';
import { cn } from './cn.ts';

describe('joining class names', () => {
  it.each([
    ['size-8 rounded-[7px]', 'size-10 rounded-[9px]', 'size-10 rounded-[9px]'],
    ['text-label text-ink-2', 'text-bad', 'text-label text-bad'],
    ['text-body text-ink', 'text-title', 'text-ink text-title'],
    ['text-right text-ink-3', 'text-center', 'text-ink-3 text-center'],
    ['border border-line', 'border-transparent', 'border border-transparent'],
    ['border-l border-line', 'border-bad', 'border-l border-bad'],
    ['h-8 w-11', 'size-4', 'size-4'],
    ['px-4 py-2', 'p-0', 'p-0'],
    ['hover:text-ink text-ink-2', 'hover:text-bad', 'text-ink-2 hover:text-bad'],
    ['flex relative', 'absolute', 'flex absolute'],
    ['max-sm:h-11 h-8', 'h-9', 'max-sm:h-11 h-9'],
    ['font-semibold font-mono', 'font-[640]', 'font-mono font-[640]'],
    ['bg-surface/50', 'bg-raised', 'bg-raised'],
    ['data wide', 'tracking-normal', 'data wide tracking-normal'],
  ])('%j and then %j is %j', (first, second, joined) => expect(cn(first, second)).toBe(joined));
});
