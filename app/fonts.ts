import localFont from 'next/font/local';

/** Mona Sans with its weight and width axes: wide speaks, normal works. */
export const mona = localFont({
  src: '../node_modules/@fontsource-variable/mona-sans/files/mona-sans-latin-standard-normal.woff2',
  weight: '200 900',
  declarations: [{ prop: 'font-stretch', value: '75% 125%' }],
  display: 'swap',
  variable: '--font-mona',
});

/** The letters beyond Latin-1, fetched only when a name needs them. */
export const monaExt = localFont({
  src: '../node_modules/@fontsource-variable/mona-sans/files/mona-sans-latin-ext-standard-normal.woff2',
  weight: '200 900',
  declarations: [
    { prop: 'font-stretch', value: '75% 125%' },
    {
      prop: 'unicode-range',
      value: 'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1E00-1E9F,U+1EF2-1EFF',
    },
  ],
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  variable: '--font-mona-ext',
});

/** For addresses and logs only. */
export const jetbrains = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  weight: '100 800',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  variable: '--font-jetbrains',
});
