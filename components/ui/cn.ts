import { type ClassValue, clsx } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

const merge = extendTailwindMerge({
  extend: {
    classGroups: { 'font-size': [{ text: ['micro', 'label', 'body', 'lead', 'title', 'display', 'hero'] }] },
  },
});

/** Class names joined, later ones winning over earlier ones of the same kind. */
export const cn = (...classes: ClassValue[]): string => merge(clsx(classes));
