import './plain-core';

import videojs, { type CorePlayer } from 'video.js/core.es.js';
import { createStore, type Store } from '@/lib/client/store';
import { FACT_EVENTS, PREPARES, readState } from './facts';
import { type Fault, faultOfElement, faultOfFile } from './fault';
import { fullBuild, type HlsBuild, lightBuild } from './hls-build';
import { HlsSession } from './hls-session';
import { HLS_TYPE, prepareHls, registerHlsTech } from './hls-tech';
import { LinkKeeper } from './link-keeper';
import { fileRungs, modesOf, rungsBeside } from './modes';
import { type PlaybackFacts, playbackFacts } from './playback-facts';
import { PositionKeeper } from './position-keeper';
import { pickQuality, type Rung, rememberChoice, rememberedChoice, shownChoice } from './quality';
import { Repairs } from './repairs';
import { frameStep } from './speeds';
import { Starter } from './starter';
import { initialState, rememberedVolume, rememberVolume, viewerStorage } from './state';
import { Subtitles } from './subtitles';
import type { PlayerLinks, PlayerMode, PlayerRequest, PlayerSource, PlayerState } from './types';

export type EngineOptions = {
  /** Whether a source that is opened now is to play by itself. */
  autoplay: () => boolean;
  muted: boolean;
  /** Fresh addresses of the source, for links that run out; without it a dead link is the end. */
  refresh: (() => Promise<PlayerLinks>) | null;
  /** Where the viewer is in a video, to be remembered. */
  savePosition: (sourceId: string, seconds: number) => void;
};

type FileRung = Rung & { src?: string };

/** How long a sentence stands beside a picture that plays on. */
const ASIDE_MS = 7000;
const USUAL_FPS = 25;

const core = (video: HTMLVideoElement): CorePlayer =>
  videojs(video, {
    controls: false,
    preload: 'auto',
    playsinline: true,
    fill: true,
    children: ['mediaLoader'],
  });

/** Plays one source on one element: takes requests, reports facts in `state`, leaves what goes wrong to `Repairs`. */
export class PlayerEngine {
  readonly state: Store<PlayerState>;
  readonly subtitles: Subtitles;
  readonly #video: HTMLVideoElement;
  readonly #player: CorePlayer;
  readonly #options: EngineOptions;
  readonly #storage = viewerStorage();
  readonly #repairs: Repairs;
  readonly #starter: Starter;
  readonly #links: LinkKeeper;
  readonly #position: PositionKeeper;
  #source: PlayerSource;
  #modes: PlayerMode[] = [];
  #session: HlsSession | null = null;
  #rungs: readonly FileRung[] = [];
  /** What the viewer chose, or what the station preselects. */
  #choice = 'auto';
  #preselected = false;
  /** Counts openings, so that one which had to wait knows whether it is still wanted. */
  #opening = 0;
  #asideTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(video: HTMLVideoElement, source: PlayerSource, options: EngineOptions) {
    registerHlsTech();
    this.#video = video;
    this.#source = source;
    this.#options = options;
    const sound = { volume: rememberedVolume(this.#storage), muted: options.muted };
    this.state = createStore(initialState(source, sound));
    this.#repairs = this.#makeRepairs();
    this.#player = core(video);
    this.#player.volume(sound.volume);
    this.#player.muted(sound.muted);
    const state = (): PlayerState => this.state.get();
    const patch = (change: Partial<PlayerState>): void => this.#patch(change);
    this.#starter = new Starter(this.#player, options.autoplay(), {
      ...{ state, patch },
      again: () => void this.#again(),
    });
    this.#links = new LinkKeeper({
      refresh: options.refresh,
      sourceId: () => this.#source.id,
      take: (links) => this.#takeLinks(links),
    });
    this.#position = new PositionKeeper({ save: options.savePosition, nowMs: () => performance.now() });
    this.subtitles = new Subtitles(video, { state, patch, say: (sentence) => this.#say(sentence) });
    this.#player.on(FACT_EVENTS, () => this.#read());
    video.addEventListener('error', () => void this.#onElementError());
    window.addEventListener('pagehide', this.#leave);
    document.addEventListener('visibilitychange', this.#leave);
    this.#open(source);
  }

  /** The same source with newer addresses changes only the links; anything else is opened. */
  load(source: PlayerSource): void {
    if (this.#disposed || source === this.#source) return;
    const same = source.id === this.#source.id && source.kind === this.#source.kind;
    if (same && this.state.get().phase !== 'empty') this.#takeLinks(source);
    else {
      this.#starter.wanted = this.#options.autoplay();
      this.#open(source);
    }
  }

  readonly #handlers: { [T in PlayerRequest['type']]: (of: Extract<PlayerRequest, { type: T }>) => void } = {
    play: () => this.#starter.play(),
    pause: () => this.#starter.pause(),
    toggle: () => this.#starter.toggle(),
    seek: ({ to }) => this.#seek(to),
    step: ({ by }) => this.#seek(this.#player.currentTime() + by),
    edge: () => this.#toEdge(),
    volume: ({ to }) => this.#setVolume(to),
    mute: ({ muted }) => this.#mute(muted),
    quality: ({ choice }) => this.#choose(choice),
    rate: ({ to }) => this.#setRate(to),
    frame: ({ by }) => this.#frame(by),
    sound: ({ id }) => this.#session?.setSound(id),
    subtitle: ({ id }) => this.subtitles.choose(id),
    captions: () => this.subtitles.toggle(),
    retry: () => void this.#again(),
  };

  request<T extends PlayerRequest['type']>(request: Extract<PlayerRequest, { type: T }>): void {
    if (!this.#disposed) this.#handlers[request.type as T](request);
  }

  dispose(): void {
    this.#position.flush();
    this.#disposed = true;
    this.#repairs.cancel();
    this.#links.dispose();
    clearTimeout(this.#asideTimer);
    window.removeEventListener('pagehide', this.#leave);
    document.removeEventListener('visibilitychange', this.#leave);
    this.subtitles.dispose();
    this.#player.dispose();
  }

  /** What the picture on the screen is made of, read now. */
  get facts(): PlaybackFacts {
    return playbackFacts(this.#video, this.#session, this.state.get());
  }

  /** The page may go, and a page that is only hidden may never come back. */
  readonly #leave = ({ type }: Event): void => {
    if (type === 'pagehide' || document.visibilityState === 'hidden') this.#position.flush();
  };

  #makeRepairs(): Repairs {
    return new Repairs({
      state: () => this.state.get(),
      patch: (change) => this.#patch(change),
      session: () => this.#session,
      nextMode: () => this.#nextMode(),
      start: (mode, at) => this.#start(mode, at),
      renew: this.#options.refresh === null ? null : () => this.#links.renew(),
      giveUp: () => {
        this.#session?.dispose();
        this.#session = null;
        this.#player.pause();
      },
      startPosition: () => this.#begin,
    });
  }

  #patch(change: Partial<PlayerState>): void {
    if (!this.#disposed) this.state.set({ ...this.state.get(), ...change });
  }

  /** Where the source begins: live at the edge (-1), a video where it was left, or at its start even while it grows. */
  get #begin(): number {
    return this.#source.startPosition ?? (this.#source.kind === 'live' ? -1 : 0);
  }

  #open(source: PlayerSource): void {
    this.#position.open(source.kind === 'vod' ? source.id : null, source.startPosition ?? 0);
    this.#source = source;
    this.#repairs.reset();
    const sound = this.#starter.soundForNext();
    const chosen = rememberedChoice(source.kind, this.#storage);
    this.#choice = chosen ?? source.defaultQuality ?? 'auto';
    this.#preselected = chosen === null;
    this.state.set({ ...initialState(source, sound), choice: this.#choice });
    this.#video.defaultPlaybackRate = 1;
    this.#modes = modesOf(source, this.#choice, {
      hlsJs: HlsSession.supported,
      nativeHls: this.#video.canPlayType(HLS_TYPE) !== '',
    });
    this.#links.watch(source);
    this.subtitles.open(source.subtitles ?? []);
    const mode = this.#modes[0];
    if (mode === undefined) this.#patch({ phase: 'empty' });
    else this.#start(mode, this.#begin);
  }

  /** Opens the source in one mode; `at` -1 = where it begins (live: at the edge). */
  #start(mode: PlayerMode, at: number): void {
    if (this.#disposed) return;
    this.#repairs.cancel();
    this.#opening += 1;
    this.#player.error(null);
    this.#patch({ mode, phase: 'loading', error: null, quality: null, refused: [], sounds: [], sound: null });
    if (mode !== 'hls') this.#startElement(mode, at);
    else if ((this.#source.soundTracks ?? 0) > 1) void this.#startFullHls(at);
    else this.#startHls(at, lightBuild);
  }

  async #startFullHls(at: number): Promise<void> {
    const opening = this.#opening;
    const build = await fullBuild().catch(() => null);
    if (this.#disposed || opening !== this.#opening) return;
    if (build) this.#startHls(at, build);
    else this.#onFault({ kind: 'network', code: 'no answer', retryAfterMs: null, sentence: null });
  }

  #startHls(at: number, build: HlsBuild): void {
    prepareHls(this.#video, {
      build,
      live: this.#source.kind === 'live',
      startPosition: at,
      mayHold: () => this.#source.complete === false,
      pick: (rungs) => ({ rung: pickQuality(rungs, this.#choice), held: !this.#preselected }),
      freshLink: () => this.#source.hls,
      onSession: (session) => {
        this.#session = session;
      },
      onRungs: (rungs) => this.#offer(rungs),
      onQuality: (quality) => this.#showQuality(quality),
      onRefused: (refused, sentence) => this.#onRefused(refused, sentence),
      onSounds: (sounds, sound) => this.#patch({ sounds, sound }),
      onWait: () => this.#patch(PREPARES),
      onFault: (fault) => this.#onFault(fault),
    });
    this.#player.src({ src: this.#source.hls ?? '', type: HLS_TYPE });
    if (this.#starter.wanted) this.#starter.play();
  }

  #startElement(mode: PlayerMode, at: number): void {
    const { hls, mp4, original } = this.#source;
    const files = mode === 'file' ? fileRungs(this.#source.files) : [];
    const file = pickQuality(files, this.#choice);
    this.#offer(files);
    this.#showQuality(mode === 'original' ? 'original' : (file?.id ?? null));
    const whole = file?.src ?? mp4 ?? files[0]?.src ?? '';
    const opening = this.#opening;
    const goTo = (): void => {
      if (opening === this.#opening) this.#player.currentTime(at);
    };
    if (at > 0) this.#video.addEventListener('loadedmetadata', goTo, { once: true });
    if (mode === 'native') this.#player.src({ src: hls ?? '', type: HLS_TYPE });
    else this.#player.src({ src: mode === 'original' ? (original?.src ?? whole) : whole, type: 'video/mp4' });
    if (this.#starter.wanted) this.#starter.play();
  }

  #offer(rungs: readonly FileRung[]): void {
    this.#rungs = rungs;
    const shown = this.state.get().mode === 'native' ? [] : rungsBeside(this.#source, rungs);
    this.#patch({ qualities: shown.map(({ id, label, bandwidth }) => ({ id, label, bandwidth })) });
  }

  #showQuality(quality: string | null): void {
    const preselected = this.#preselected;
    const choice = shownChoice({ rungs: this.#rungs, choice: this.#choice, preselected, quality });
    this.#patch({ quality, choice });
  }

  #onRefused(refused: readonly string[], sentence: string | null): void {
    this.#patch({ refused });
    if (sentence !== null) this.#say(sentence);
  }

  #say(sentence: string): void {
    clearTimeout(this.#asideTimer);
    this.#patch({ aside: sentence });
    this.#asideTimer = setTimeout(() => this.#patch({ aside: null }), ASIDE_MS);
  }

  #read(): void {
    const before = this.state.get();
    if (this.#disposed || before.phase === 'failed' || before.phase === 'empty') return;
    const now = readState({ player: this.#player, video: this.#video, session: this.#session }, before);
    if (now.phase === 'playing') this.#repairs.onPlaying();
    this.#patch(now);
    if (now.started && !this.#player.seeking()) this.#position.note(now.currentTime, now.phase);
  }

  #seek(to: number): void {
    const { seekFrom, seekTo, phase, live, growing } = this.state.get();
    if (phase === 'failed' || seekTo <= seekFrom) return;
    const end = seekTo - (live || growing ? 1 : 0.05);
    // Who goes back from the end wants to see it again.
    const again = this.#player.ended() && to < end;
    const place = Math.min(Math.max(to, seekFrom), Math.max(seekFrom, end));
    this.#player.currentTime(this.#session?.placeFor(place) ?? place);
    this.#patch({ resumedAt: null });
    if (again) this.#starter.play();
    this.#read();
  }

  #toEdge(): void {
    const edge = this.#session?.edge ?? this.state.get().seekTo - 3;
    if (edge > 0) this.#player.currentTime(edge);
    this.#starter.play();
  }

  #frame(by: 1 | -1): void {
    const { live, currentTime } = this.state.get();
    if (live) return;
    this.#seek(frameStep(this.#player.currentTime() || currentTime, this.facts.fps ?? USUAL_FPS, by));
    this.#starter.pause();
  }

  #setVolume(to: number): void {
    const share = Math.min(1, Math.max(0, to));
    this.#player.volume(share);
    this.#mute(share === 0);
    rememberVolume(share, this.#storage);
  }

  #mute(muted: boolean): void {
    this.#player.muted(muted);
    this.#patch({ mutedByBrowser: false });
  }

  /** A new file on the element begins with its default. */
  #setRate(to: number): void {
    if (this.state.get().live) return;
    this.#video.defaultPlaybackRate = to;
    this.#video.playbackRate = to;
    this.#read();
  }

  #choose(choice: string): void {
    rememberChoice(this.#source.kind, choice, this.#storage);
    this.#choice = choice;
    this.#preselected = false;
    this.#patch({ choice });
    const rung = pickQuality(this.#rungs, choice);
    const { mode, quality, currentTime } = this.state.get();
    if (choice === 'original' && this.#source.original) {
      if (this.#modes[0] !== 'original') this.#modes = ['original', ...this.#modes];
      if (mode !== 'original') this.#start('original', currentTime);
    } else if (mode === 'original') this.#leaveOriginal(currentTime);
    else if (this.#session) this.#session.setQuality(rung);
    else if (mode === 'file' && rung !== null && rung.id !== quality) this.#start('file', currentTime);
  }

  #leaveOriginal(at: number): void {
    this.#modes = this.#modes.filter((mode) => mode !== 'original');
    const mode = this.#modes[0];
    if (mode) this.#start(mode, at);
  }

  async #onElementError(): Promise<void> {
    const error = this.#video.error;
    if (error === null || this.#disposed) return;
    if (this.state.get().mode === 'hls') {
      if (this.#session) this.#onFault(faultOfElement(error.code));
      return;
    }
    const fault = await faultOfFile(this.#video, error.code);
    if (fault) this.#onFault(fault);
  }

  #onFault(fault: Fault): void {
    if (!this.#disposed) this.#repairs.onFault(fault);
  }

  #nextMode(): PlayerMode | null {
    const { mode } = this.state.get();
    return mode === null ? null : (this.#modes[this.#modes.indexOf(mode) + 1] ?? null);
  }

  /** The viewer asks for another try: everything from the beginning, with fresh links. */
  async #again(): Promise<void> {
    this.#starter.wanted = true;
    this.#repairs.reset();
    this.#patch({ phase: 'loading', error: null, notice: null });
    if (this.#links.canRenew) await this.#links.renew();
    const { live, currentTime } = this.state.get();
    const mode = this.#modes[0];
    if (mode) this.#start(mode, live ? -1 : currentTime === 0 ? this.#begin : currentTime);
  }

  #takeLinks(source: PlayerLinks & Partial<PlayerSource>): void {
    this.#source = { ...this.#source, ...source };
    this.#links.watch(source);
    this.subtitles.offer(this.#source.subtitles ?? []);
  }
}
