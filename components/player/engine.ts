import videojs, { type CorePlayer } from 'video.js/core.es.js';
import { createStore, type Store } from '@/lib/client/store';
import { FACT_EVENTS, phaseOf, readFacts } from './facts';
import { type Fault, type FaultKind, faultOfAnswer, faultOfElement } from './fault';
import { HlsSession } from './hls-session';
import { HLS_TYPE, prepareHls, registerHlsTech } from './hls-tech';
import { renewDelayMs } from './links';
import { fileRungs, modesOf } from './modes';
import { type Action, decide, NOTICES } from './policy';
import { pickQuality, type Rung, rememberChoice, rememberedChoice } from './quality';
import { initialState, rememberedVolume, rememberVolume, viewerStorage } from './state';
import type { PlayerLinks, PlayerMode, PlayerRequest, PlayerSource, PlayerState } from './types';

export type EngineOptions = {
  autoplay: boolean;
  muted: boolean;
  /** Fresh addresses of the source, for links that run out; without it a dead link is the end. */
  refresh: (() => Promise<PlayerLinks>) | null;
};

/** Faults are forgotten after this much play without a new one. */
const STEADY_MS = 20_000;

/** Plays one source on one element: takes requests, reports facts in `state`, repairs what it can by the policy table. */
export class PlayerEngine {
  readonly state: Store<PlayerState>;
  readonly #video: HTMLVideoElement;
  readonly #player: CorePlayer;
  readonly #options: EngineOptions;
  readonly #storage = viewerStorage();
  #source: PlayerSource;
  #modes: PlayerMode[] = [];
  #session: HlsSession | null = null;
  #rungs: readonly (Rung & { src?: string })[] = [];
  #tried = new Map<FaultKind, number>();
  #lastFaultAt = 0;
  #wantsPlay: boolean;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(video: HTMLVideoElement, source: PlayerSource, options: EngineOptions) {
    registerHlsTech();
    this.#video = video;
    this.#source = source;
    this.#options = options;
    this.#wantsPlay = options.autoplay;
    const volume = rememberedVolume(this.#storage);
    this.state = createStore(initialState(source, { volume, muted: options.muted }));
    this.#player = videojs(video, {
      controls: false,
      preload: 'auto',
      playsinline: true,
      fill: true,
      children: ['mediaLoader'],
      html5: { nativeTextTracks: true },
    });
    this.#player.volume(volume);
    this.#player.muted(options.muted);
    this.#player.on(FACT_EVENTS, () => this.#read());
    video.addEventListener('error', () => void this.#onElementError());
    this.#open(source);
  }

  /** The same source with newer addresses changes only the links; anything else is opened. */
  load(source: PlayerSource): void {
    const same = source.id === this.#source.id && source.kind === this.#source.kind;
    if (same && this.state.get().phase !== 'empty') {
      this.#source = { ...this.#source, title: source.title, poster: source.poster ?? null };
      this.#takeLinks(source);
      return;
    }
    this.#wantsPlay = this.#wantsPlay || this.#options.autoplay;
    this.#open(source);
  }

  request(request: PlayerRequest): void {
    if (this.#disposed) return;
    switch (request.type) {
      case 'play':
        return this.#play();
      case 'pause':
        return this.#pause();
      case 'toggle':
        return this.#player.paused() || this.#player.ended() ? this.#play() : this.#pause();
      case 'seek':
        return this.#seek(request.to);
      case 'step':
        return this.#seek(this.#player.currentTime() + request.by);
      case 'edge':
        return this.#toEdge();
      case 'volume':
        return this.#setVolume(request.to);
      case 'mute':
        this.#player.muted(request.muted);
        return this.#patch({ mutedByBrowser: false });
      case 'quality':
        return this.#choose(request.choice);
      case 'retry':
        return void this.#again();
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#renewTimer);
    this.#player.dispose();
  }

  #patch(change: Partial<PlayerState>): void {
    if (!this.#disposed) this.state.set({ ...this.state.get(), ...change });
  }

  #open(source: PlayerSource): void {
    this.#source = source;
    this.#tried.clear();
    const { volume, muted } = this.state.get();
    const choice = rememberedChoice(source.kind, this.#storage) ?? source.defaultQuality ?? 'auto';
    this.state.set({ ...initialState(source, { volume, muted }), choice });
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
    clearTimeout(this.#retryTimer);
    this.#player.error(null);
    this.#patch({ mode, phase: 'loading', error: null, quality: null });
    if (mode === 'hls') this.#startHls(at);
    else this.#startElement(mode, at);
    if (this.#wantsPlay) this.#play();
  }

  #startHls(at: number): void {
    prepareHls(this.#video, {
      startPosition: at,
      pick: (rungs) => pickQuality(rungs, this.state.get().choice),
      freshLink: () => this.#source.hls,
      onSession: (session) => {
        this.#session = session;
      },
      onRungs: (rungs) => {
        this.#rungs = rungs;
        this.#patch({ qualities: rungs.map(({ id, label, bandwidth }) => ({ id, label, bandwidth })) });
      },
      onQuality: (quality) => this.#patch({ quality }),
      onFault: (fault) => this.#onFault(fault),
    });
    this.#player.src({ src: this.#source.hls ?? '', type: HLS_TYPE });
  }

  #startElement(mode: PlayerMode, at: number): void {
    const files = mode === 'file' ? fileRungs(this.#source.files) : [];
    const file = pickQuality(files, this.state.get().choice) ?? null;
    this.#rungs = files;
    this.#patch({
      qualities: files.map(({ id, label, bandwidth }) => ({ id, label, bandwidth })),
      quality: file?.id ?? null,
    });
    const whole = this.#source.mp4 ?? files[0]?.src ?? '';
    const src =
      mode === 'native'
        ? { src: this.#source.hls ?? '', type: HLS_TYPE }
        : { src: file?.src ?? whole, type: 'video/mp4' };
    if (at > 0) {
      this.#video.addEventListener('loadedmetadata', () => this.#player.currentTime(at), { once: true });
    }
    this.#player.src(src);
  }

  #read(): void {
    const before = this.state.get();
    if (before.phase === 'failed' || before.phase === 'empty') return;
    const phase = phaseOf(this.#player, before.phase);
    const steady = phase === 'playing' && Date.now() - this.#lastFaultAt > STEADY_MS;
    if (steady) this.#tried.clear();
    this.#patch({
      ...readFacts(this.#player, this.#session, before.live),
      phase,
      started: before.started || phase === 'playing',
      notice: phase === 'playing' ? null : before.notice,
    });
  }

  #play(): void {
    this.#wantsPlay = true;
    const { phase } = this.state.get();
    if (phase === 'failed') return void this.#again();
    if (phase === 'empty') return;
    this.#player.play()?.catch((cause: unknown) => this.#onPlayRefused(cause));
  }

  /** Browsers refuse sound before the first touch: the picture starts silent and the viewer is told. */
  #onPlayRefused(cause: unknown): void {
    const refused = cause instanceof DOMException && cause.name === 'NotAllowedError';
    if (!refused || this.#disposed) return;
    if (this.#player.muted()) {
      this.#wantsPlay = false;
      return this.#patch({ phase: 'paused' });
    }
    this.#player.muted(true);
    this.#patch({ mutedByBrowser: true });
    this.#player.play()?.catch(() => {
      this.#wantsPlay = false;
      this.#patch({ phase: 'paused' });
    });
  }

  #pause(): void {
    this.#wantsPlay = false;
    this.#player.pause();
  }

  #seek(to: number): void {
    const { seekFrom, seekTo, phase } = this.state.get();
    if (phase === 'failed' || seekTo <= seekFrom) return;
    const end = this.state.get().live ? seekTo - 1 : seekTo - 0.05;
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
    this.#player.muted(share === 0);
    this.#patch({ mutedByBrowser: false });
    rememberVolume(share, this.#storage);
  }

  #choose(choice: string): void {
    rememberChoice(this.#source.kind, choice, this.#storage);
    this.#patch({ choice });
    const rung = pickQuality(this.#rungs, choice);
    if (this.#session) return this.#session.setQuality(rung);
    const { mode, quality, currentTime } = this.state.get();
    if (mode === 'file' && rung !== null && rung.id !== quality) this.#start('file', currentTime);
  }

  async #onElementError(): Promise<void> {
    const error = this.#video.error;
    const { mode, phase } = this.state.get();
    if (error === null || this.#disposed || phase === 'failed') return;
    if (mode === 'hls') {
      if (this.#session) this.#onFault(faultOfElement(error.code));
      return;
    }
    const src = this.#video.currentSrc;
    const answer = await fetch(src, { method: 'HEAD' }).catch(() => null);
    if (this.#disposed || this.#video.currentSrc !== src) return;
    if (answer?.ok) return this.#onFault(faultOfElement(error.code));
    const retryAfter = answer?.headers.get('retry-after') ?? null;
    this.#onFault(faultOfAnswer({ status: answer?.status ?? 0, retryAfter, text: null }, Date.now()));
  }

  #onFault(fault: Fault): void {
    if (this.#disposed || this.state.get().phase === 'failed') return;
    this.#lastFaultAt = Date.now();
    const { mode } = this.state.get();
    const { action, tried } = decide(fault, this.#tried.get(fault.kind) ?? 0, {
      hasNextMode: this.#nextMode(mode) !== null,
      canRenew: this.#options.refresh !== null,
    });
    this.#tried.set(fault.kind, tried);
    if (action.do !== 'give-up') this.#patch({ notice: fault.sentence ?? NOTICES[fault.kind] });
    this.#act(action);
  }

  #act(action: Action): void {
    const { mode, currentTime, live } = this.state.get();
    const at = live ? -1 : currentTime;
    switch (action.do) {
      case 'retry':
        clearTimeout(this.#retryTimer);
        this.#retryTimer = setTimeout(() => this.#retry(), action.delayMs);
        return;
      case 'recover':
        if (this.#session) this.#session.recover(action.skipSeconds);
        else if (mode) this.#start(mode, live ? -1 : currentTime + action.skipSeconds);
        return;
      case 'renew':
        return void this.#renew(true);
      case 'next-mode': {
        const next = this.#nextMode(mode);
        if (next) this.#start(next, at);
        return;
      }
      case 'give-up':
        this.#giveUp(action);
    }
  }

  #retry(): void {
    const { mode, live, currentTime } = this.state.get();
    if (this.#session?.hasPlaylist && !live) this.#session.resume();
    else if (mode)
      this.#start(mode, live || currentTime === 0 ? (this.#source.startPosition ?? -1) : currentTime);
  }

  #giveUp(action: { code: string; sentence: string }): void {
    this.#session?.dispose();
    this.#session = null;
    this.#player.pause();
    this.#patch({ phase: 'failed', notice: null, error: { code: action.code, sentence: action.sentence } });
  }

  #nextMode(mode: PlayerMode | null): PlayerMode | null {
    return mode === null ? null : (this.#modes[this.#modes.indexOf(mode) + 1] ?? null);
  }

  /** The viewer asks for another try: everything from the beginning, with fresh links. */
  async #again(): Promise<void> {
    this.#wantsPlay = true;
    this.#tried.clear();
    this.#patch({ phase: 'loading', error: null, notice: null });
    if (this.#options.refresh) await this.#renew(false);
    const { live, currentTime } = this.state.get();
    const mode = this.#modes[0];
    if (mode && !this.#disposed) this.#start(mode, live || currentTime === 0 ? -1 : currentTime);
  }

  #takeLinks(links: PlayerLinks): void {
    this.#source = { ...this.#source, hls: links.hls, mp4: links.mp4 ?? null };
    if (links.files) this.#source.files = links.files;
    clearTimeout(this.#renewTimer);
    const delayMs = this.#options.refresh === null ? null : renewDelayMs(links, Date.now());
    if (delayMs === null) return;
    this.#renewTimer = setTimeout(() => void this.#renew(false), Math.min(delayMs, 2 ** 31 - 1));
  }

  /** Fetches fresh links; hls.js takes them with its next request, a file only when it has to open again. */
  async #renew(restart: boolean): Promise<void> {
    const { id } = this.#source;
    const links = await this.#options.refresh?.().catch(() => null);
    if (this.#disposed || this.#source.id !== id) return;
    if (links) this.#takeLinks(links);
    if (!restart) return;
    const { mode, live, currentTime } = this.state.get();
    if (links && mode) this.#start(mode, live ? -1 : currentTime);
    else this.#onFault({ kind: 'link', code: 'no fresh link', retryAfterMs: null, sentence: null });
  }
}
