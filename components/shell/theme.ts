'use client';

import { createStore } from '@/lib/client/store';

export const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'siaran.theme';

const stored = (): Theme => {
  const value = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === value) ?? 'dark';
};

/** The choice on this device; `public/start.js` reads the same key before the first paint. */
export const themeChoice = createStore<Theme>('dark');

/** Reads the stored choice; called once, in the browser. */
export const readTheme = (): void => themeChoice.set(stored());

export const chooseTheme = (theme: Theme): void => {
  localStorage.setItem(KEY, theme);
  themeChoice.set(theme);
  const light =
    theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
};
