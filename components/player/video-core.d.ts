/** The part of video.js that the player uses; the package has no types for its core build. */
declare module 'video.js/core.es.js' {
  export type CoreSource = { src: string; type: string };

  export type CoreTech = { el: () => HTMLVideoElement };

  export type CoreSourceHandler = {
    canPlayType: (type: string) => '' | 'maybe' | 'probably';
    canHandleSource: (source: CoreSource) => '' | 'maybe' | 'probably';
    handleSource: (source: CoreSource, tech: CoreTech) => { dispose: () => void };
  };

  export type CorePlayer = {
    src: (source: CoreSource) => void;
    reset: () => void;
    play: () => Promise<void> | undefined;
    pause: () => void;
    paused: () => boolean;
    ended: () => boolean;
    seeking: () => boolean;
    readyState: () => number;
    currentTime: { (): number; (seconds: number): void };
    duration: () => number;
    buffered: () => TimeRanges;
    seekable: () => TimeRanges;
    volume: { (): number; (share: number): void };
    muted: { (): boolean; (muted: boolean): void };
    error: { (): MediaError | null; (none: null): void };
    on: (names: string[], listener: () => void) => void;
    dispose: () => void;
    isDisposed: () => boolean;
  };

  type VideoJs = {
    (element: HTMLVideoElement, options: Record<string, unknown>): CorePlayer;
    getTech: (name: 'Html5') => {
      registerSourceHandler: (handler: CoreSourceHandler, index: number) => void;
    };
    log: { level: (name: 'off') => string };
  };

  const videojs: VideoJs;
  export default videojs;
}
