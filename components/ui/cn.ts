import { type ClassValue, clsx } from 'clsx';
import { createTailwindMerge } from 'tailwind-merge';

const any = (): boolean => true;
const isSize = (value: string): boolean =>
  /^(micro|label|body|lead|title|display|hero)$/.test(value) || /^\[\d+(\.\d+)?(px|rem)\]$/.test(value);
const isWeight = (value: string): boolean =>
  /^(normal|medium|semibold|bold)$/.test(value) || /^\[\d+\]$/.test(value);
const isAlign = (value: string): boolean => /^(left|right|center|start|end)$/.test(value);
const isWidth = (value: string): boolean => value === '' || /^(0|2|4|8|\[[\d.]+px\])$/.test(value);
const isSide = (value: string): boolean => /^[trblxy](-|$)/.test(value);
const isColour = (value: string): boolean =>
  !isSize(value) && !isAlign(value) && !isWidth(value) && !isSide(value);

/** One group for each property that a component's own classes and its caller's may both set; nothing else is merged. */
const merge = createTailwindMerge(() => ({
  cacheSize: 500,
  theme: {},
  classGroups: {
    'font-size': [{ text: [isSize] }],
    'text-align': [{ text: [isAlign] }],
    'text-color': [{ text: [isColour] }],
    'font-weight': [{ font: [isWeight] }],
    bg: [{ bg: [any] }],
    border: [{ border: ['', isWidth] }],
    'border-color': [{ border: [isColour] }],
    rounded: [{ rounded: ['', any] }],
    display: [
      'block',
      'flex',
      'grid',
      'hidden',
      'inline',
      'inline-block',
      'inline-flex',
      'inline-grid',
      'contents',
    ],
    position: ['absolute', 'relative', 'fixed', 'sticky', 'static'],
    size: [{ size: [any] }],
    w: [{ w: [any] }],
    h: [{ h: [any] }],
    'min-w': [{ 'min-w': [any] }],
    'min-h': [{ 'min-h': [any] }],
    'max-w': [{ 'max-w': [any] }],
    p: [{ p: [any] }],
    px: [{ px: [any] }],
    py: [{ py: [any] }],
    pt: [{ pt: [any] }],
    pr: [{ pr: [any] }],
    pb: [{ pb: [any] }],
    pl: [{ pl: [any] }],
    gap: [{ gap: [any] }],
    tracking: [{ tracking: [any] }],
    opacity: [{ opacity: [any] }],
    shadow: [{ shadow: ['', any] }],
  },
  conflictingClassGroups: {
    size: ['w', 'h'],
    p: ['px', 'py', 'pt', 'pr', 'pb', 'pl'],
    px: ['pr', 'pl'],
    py: ['pt', 'pb'],
  },
  conflictingClassGroupModifiers: {},
  postfixLookupClassGroups: [],
  orderSensitiveModifiers: ['before', 'after'],
}));

/** Class names joined, later ones winning over earlier ones of the same kind. */
export const cn = (...classes: ClassValue[]): string => merge(clsx(classes));
