/** The build without alternate renditions, DRM and ads: a third smaller. The package types only its full build. */
declare module 'hls.js/light' {
  export * from 'hls.js';
  export { default } from 'hls.js';
}
