declare global {
  interface Window {
    VIDEOJS_NO_DYNAMIC_STYLE?: boolean;
  }
}

/** video.js would write style elements of its own; a strict content policy refuses them and ours are enough. */
window.VIDEOJS_NO_DYNAMIC_STYLE = true;

export {};
