import './plain-core';

import videojs, { type CoreSource } from 'video.js/core.es.js';
import { HlsSession, type SessionHooks } from './hls-session';

export const HLS_TYPE = 'application/vnd.apple.mpegurl';

type Setup = SessionHooks & { onSession: (session: HlsSession | null) => void };

/** What the next HLS source on an element is to be opened with; video.js hands a handler the element, not our objects. */
const setups = new WeakMap<HTMLVideoElement, Setup>();

export const prepareHls = (video: HTMLVideoElement, setup: Setup): void => {
  setups.set(video, setup);
};

const canPlay = (type: string): '' | 'probably' =>
  type === HLS_TYPE && HlsSession.supported ? 'probably' : '';

let registered = false;

/** Makes hls.js the one HLS engine of video.js (its core build brings none); to be called before the first player. */
export const registerHlsTech = (): void => {
  if (registered) return;
  registered = true;
  videojs.log.level('off');
  videojs.getTech('Html5').registerSourceHandler(
    {
      canPlayType: canPlay,
      canHandleSource: ({ type }: CoreSource) => canPlay(type),
      handleSource: ({ src }, tech) => {
        const setup = setups.get(tech.el());
        if (!setup) throw new Error('An HLS source was set without prepareHls');
        const session = new HlsSession(tech.el(), src, setup);
        setup.onSession(session);
        return {
          dispose: () => {
            session.dispose();
            setup.onSession(null);
          },
        };
      },
    },
    0,
  );
};
