import localFont from 'next/font/local';

/** Mona Sans with its weight and width axes: wide speaks, normal works. */
export const mona = localFont({
  src: '../node_modules/@fontsource-variable/mona-sans/files/mona-sans-latin-standard-normal.woff2',
  weight: '200 900',
  declarations: [
    { prop: 'font-stretch', value: '75% 125%' },
    // Latin only: the file also draws a company's mark in place of the circled letter that lists use.
    {
      prop: 'unicode-range',
      value:
        'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215',
    },
  ],
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
