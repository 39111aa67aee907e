import './plain-core';

import videojs, { type CorePlayer } from 'video.js/core.es.js';
import { createStore, type Store } from '@/lib/client/store';
import { FACT_EVENTS, phaseOf, readFacts } from './facts';
import { type Fault, faultOfAnswer, faultOfElement } from './fault';
import { HlsSession } from './hls-session';
import { HLS_TYPE, prepareHls, registerHlsTech } from './hls-tech';
import { renewDelayMs } from './links';
import { fileRungs, modesOf } from './modes';
import { type PlaybackFacts, playbackFacts } from './playback-facts';
import { pickQuality, type Rung, rememberChoice, rememberedChoice, shownChoice } from './quality';
import { Repairs } from './repairs';
import { initialState, rememberedVolume, rememberVolume, viewerStorage } from './state';
import type { PlayerLinks, PlayerMode, PlayerRequest, PlayerSource, PlayerState } from './types';

export type EngineOptions = {
  /** Whether a source that is opened now is to play by itself. */
  autoplay: () => boolean;
  muted: boolean;
  /** Fresh addresses of the source, for links that run out; without it a dead link is the end. */
  refresh: (() => Promise<PlayerLinks>) | null;
};

type FileRung = Rung & { src?: string };

const MAX_TIMER_MS = 2 ** 31 - 1;
/** How long a sentence stands beside a picture that plays on. */
const ASIDE_MS = 7000;

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
  readonly #video: HTMLVideoElement;
  readonly #player: CorePlayer;
  readonly #options: EngineOptions;
  readonly #storage = viewerStorage();
  readonly #repairs: Repairs;
  #source: PlayerSource;
  #modes: PlayerMode[] = [];
  #session: HlsSession | null = null;
  #rungs: readonly FileRung[] = [];
  /** What the viewer chose, or what the station preselects. */
  #choice = 'auto';
  #preselected = false;
  #wantsPlay: boolean;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #asideTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(video: HTMLVideoElement, source: PlayerSource, options: EngineOptions) {
    registerHlsTech();
    this.#video = video;
    this.#source = source;
    this.#options = options;
    this.#wantsPlay = options.autoplay();
    const sound = { volume: rememberedVolume(this.#storage), muted: options.muted };
    this.state = createStore(initialState(source, sound));
    this.#repairs = this.#makeRepairs();
    this.#player = core(video);
    this.#player.volume(sound.volume);
    this.#player.muted(sound.muted);
    this.#player.on(FACT_EVENTS, () => this.#read());
    video.addEventListener('error', () => void this.#onElementError());
    this.#open(source);
  }

  /** The same source with newer addresses changes only the links; anything else is opened. */
  load(source: PlayerSource): void {
    if (this.#disposed || source === this.#source) return;
    const same = source.id === this.#source.id && source.kind === this.#source.kind;
    if (same && this.state.get().phase !== 'empty') this.#takeLinks(source);
    else {
      this.#wantsPlay = this.#options.autoplay();
      this.#open(source);
    }
  }

  request(request: PlayerRequest): void {
    if (this.#disposed) return;
    if (request.type === 'play') this.#play();
    else if (request.type === 'pause') this.#pause();
    else if (request.type === 'toggle') this.#toggle();
    else if (request.type === 'seek') this.#seek(request.to);
    else if (request.type === 'step') this.#seek(this.#player.currentTime() + request.by);
    else if (request.type === 'edge') this.#toEdge();
    else if (request.type === 'volume') this.#setVolume(request.to);
    else if (request.type === 'mute') this.#mute(request.muted);
    else if (request.type === 'quality') this.#choose(request.choice);
    else void this.#again();
  }

  dispose(): void {
    this.#disposed = true;
    this.#repairs.cancel();
    clearTimeout(this.#renewTimer);
    clearTimeout(this.#asideTimer);
    this.#player.dispose();
  }

  /** What the picture on the screen is made of, read now. */
  get facts(): PlaybackFacts {
    return playbackFacts(this.#video, this.#session, this.state.get());
  }

  #makeRepairs(): Repairs {
    return new Repairs({
      state: () => this.state.get(),
      patch: (change) => this.#patch(change),
      session: () => this.#session,
      nextMode: () => this.#nextMode(),
      start: (mode, at) => this.#start(mode, at),
      renew: this.#options.refresh === null ? null : () => this.#renew(),
      giveUp: () => {
        this.#session?.dispose();
        this.#session = null;
        this.#player.pause();
      },
      startPosition: () => this.#source.startPosition ?? -1,
    });
  }

  #patch(change: Partial<PlayerState>): void {
    if (!this.#disposed) this.state.set({ ...this.state.get(), ...change });
  }

  #open(source: PlayerSource): void {
    this.#source = source;
    this.#repairs.reset();
    const { volume, muted } = this.state.get();
    const chosen = rememberedChoice(source.kind, this.#storage);
    this.#choice = chosen ?? source.defaultQuality ?? 'auto';
    this.#preselected = chosen === null;
    this.state.set({ ...initialState(source, { volume, muted }), choice: this.#choice });
    this.#modes = modesOf(source, {
      hlsJs: HlsSession.supported,
      nativeHls: this.#video.canPlayType(HLS_TYPE) !== '',
    });
    this.#takeLinks(source);
    const mode = this.#modes[0];
    if (mode === undefined) this.#patch({ phase: 'empty' });
    else this.#start(mode, source.startPosition ?? -1);
  }

  /** Opens the source in one mode; `at` -1 = where it begins (live: at the edge). */
  #start(mode: PlayerMode, at: number): void {
    if (this.#disposed) return;
    this.#repairs.cancel();
    this.#player.error(null);
    this.#patch({ mode, phase: 'loading', error: null, quality: null, refused: [] });
    if (mode === 'hls') this.#startHls(at);
    else this.#startElement(mode, at);
    if (this.#wantsPlay) this.#play();
  }

  #startHls(at: number): void {
    prepareHls(this.#video, {
      startPosition: at,
      pick: (rungs) => ({ rung: pickQuality(rungs, this.#choice), held: !this.#preselected }),
      freshLink: () => this.#source.hls,
      onSession: (session) => {
        this.#session = session;
      },
      onRungs: (rungs) => this.#offer(rungs),
      onQuality: (quality) => this.#showQuality(quality),
      onRefused: (refused, sentence) => this.#onRefused(refused, sentence),
      onFault: (fault) => this.#onFault(fault),
    });
    this.#player.src({ src: this.#source.hls ?? '', type: HLS_TYPE });
  }

  #startElement(mode: PlayerMode, at: number): void {
    const files = mode === 'file' ? fileRungs(this.#source.files) : [];
    const file = pickQuality(files, this.#choice);
    this.#offer(files);
    this.#showQuality(file?.id ?? null);
    const whole = file?.src ?? this.#source.mp4 ?? files[0]?.src ?? '';
    if (at > 0) {
      this.#video.addEventListener('loadedmetadata', () => this.#player.currentTime(at), { once: true });
    }
    if (mode === 'native') this.#player.src({ src: this.#source.hls ?? '', type: HLS_TYPE });
    else this.#player.src({ src: whole, type: 'video/mp4' });
  }

  #offer(rungs: readonly FileRung[]): void {
    this.#rungs = rungs;
    this.#patch({ qualities: rungs.map(({ id, label, bandwidth }) => ({ id, label, bandwidth })) });
  }

  #showQuality(quality: string | null): void {
    const preselected = this.#preselected;
    const choice = shownChoice({ rungs: this.#rungs, choice: this.#choice, preselected, quality });
    this.#patch({ quality, choice });
  }

  #onRefused(refused: readonly string[], sentence: string | null): void {
    this.#patch({ refused });
    if (sentence === null) return;
    clearTimeout(this.#asideTimer);
    this.#patch({ aside: sentence });
    this.#asideTimer = setTimeout(() => this.#patch({ aside: null }), ASIDE_MS);
  }

  #read(): void {
    const before = this.state.get();
    if (this.#disposed || before.phase === 'failed' || before.phase === 'empty') return;
    const phase = phaseOf(this.#player, before.phase);
    const playing = phase === 'playing';
    if (playing) this.#repairs.onPlaying();
    this.#patch({
      ...readFacts(this.#player, this.#session, before.live),
      phase,
      started: before.started || playing,
      notice: playing ? null : before.notice,
    });
  }

  #play(): void {
    this.#wantsPlay = true;
    const { phase } = this.state.get();
    if (phase === 'failed') void this.#again();
    else if (phase !== 'empty') this.#player.play()?.catch((cause: unknown) => this.#onPlayRefused(cause));
  }

  /** Browsers refuse sound before the first touch: the picture starts silent and the viewer is told. */
  #onPlayRefused(cause: unknown): void {
    const refused = cause instanceof DOMException && cause.name === 'NotAllowedError';
    if (!refused || this.#disposed) return;
    const stay = (): void => {
      this.#wantsPlay = false;
      this.#patch({ phase: 'paused' });
    };
    if (this.#player.muted()) {
      stay();
      return;
    }
    this.#player.muted(true);
    this.#patch({ mutedByBrowser: true });
    this.#player.play()?.catch(stay);
  }

  #pause(): void {
    this.#wantsPlay = false;
    this.#player.pause();
  }

  #toggle(): void {
    if (this.#player.paused() || this.#player.ended()) this.#play();
    else this.#pause();
  }

  #seek(to: number): void {
    const { seekFrom, seekTo, phase, live } = this.state.get();
    if (phase === 'failed' || seekTo <= seekFrom) return;
    const end = seekTo - (live ? 1 : 0.05);
    this.#player.currentTime(Math.min(Math.max(to, seekFrom), Math.max(seekFrom, end)));
    this.#read();
  }

  #toEdge(): void {
    const edge = this.#session?.edge ?? this.state.get().seekTo - 3;
    if (edge > 0) this.#player.currentTime(edge);
    this.#play();
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

  #choose(choice: string): void {
    rememberChoice(this.#source.kind, choice, this.#storage);
    this.#choice = choice;
    this.#preselected = false;
    this.#patch({ choice });
    const rung = pickQuality(this.#rungs, choice);
    const { mode, quality, currentTime } = this.state.get();
    if (this.#session) this.#session.setQuality(rung);
    else if (mode === 'file' && rung !== null && rung.id !== quality) this.#start('file', currentTime);
  }

  /** The element says nothing of HTTP, so the address is asked once what is the matter. */
  async #onElementError(): Promise<void> {
    const error = this.#video.error;
    if (error === null || this.#disposed) return;
    if (this.state.get().mode === 'hls') {
      if (this.#session) this.#onFault(faultOfElement(error.code));
      return;
    }
    const src = this.#video.currentSrc;
    const answer = await fetch(src, { method: 'HEAD' }).catch(() => null);
    if (this.#disposed || this.#video.currentSrc !== src) return;
    const retryAfter = answer?.headers.get('retry-after') ?? null;
    const status = answer?.status ?? 0;
    this.#onFault(
      answer?.ok ? faultOfElement(error.code) : faultOfAnswer({ status, retryAfter, text: null }, Date.now()),
    );
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
    this.#wantsPlay = true;
    this.#repairs.reset();
    this.#patch({ phase: 'loading', error: null, notice: null });
    if (this.#options.refresh) await this.#renew();
    const { live, currentTime } = this.state.get();
    const mode = this.#modes[0];
    if (mode) this.#start(mode, live || currentTime === 0 ? -1 : currentTime);
  }

  #takeLinks(source: PlayerLinks & Partial<PlayerSource>): void {
    this.#source = { ...this.#source, ...source };
    clearTimeout(this.#renewTimer);
    const delayMs = this.#options.refresh === null ? null : renewDelayMs(source, Date.now());
    if (delayMs === null) return;
    this.#renewTimer = setTimeout(() => void this.#renew(), Math.min(delayMs, MAX_TIMER_MS));
  }

  /** Fetches fresh links; hls.js takes them with its next request, a file when it has to open again. */
  async #renew(): Promise<boolean> {
    const { id } = this.#source;
    const links = await this.#options.refresh?.().catch(() => null);
    if (this.#disposed || this.#source.id !== id || !links) return false;
    this.#takeLinks(links);
    return true;
  }
}
