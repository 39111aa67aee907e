import { createStore } from '@/lib/client/store';
import type { PlayerViewProps } from './player-view';

/** What the one player of the app plays, and where its page is. */
export type Act = Omit<PlayerViewProps, 'docked'> & {
  /** The page to go back to. */
  href: string;
  /** The place on that page; null while another page is open. */
  slot: HTMLElement | null;
};

/**
 * There is one player for the whole app, in a box that is moved: into the place that a page keeps for it, or into the
 * dock when that page is left. So a stream goes on without a new start, and two never sound at once.
 */
export const act = createStore<Act | null>(null);

let box: HTMLElement | null = null;
let dock: HTMLElement | null = null;

/** The element that the player is rendered into. */
export const playerBox = (): HTMLElement => {
  box ??= Object.assign(document.createElement('div'), { className: 'size-full rounded-[inherit]' });
  return box;
};

type Mover = HTMLElement & { moveBefore?: (node: Node, child: Node | null) => void };

/** Moves without taking it out of the page in between where the browser can: picture-in-picture lives on. */
const moveInto = (place: Mover): void => {
  const moved = playerBox();
  if (moved.parentNode === place) return;
  if (moved.isConnected && place.isConnected && place.moveBefore) place.moveBefore(moved, null);
  else place.append(moved);
};

/** The shell says where the dock is; null when the shell goes. */
export const setDock = (element: HTMLElement | null): void => {
  dock = element;
  if (element && !act.get()?.slot) moveInto(element);
};

/** A page with a place for the player opens. */
export const enter = (next: Act & { slot: HTMLElement }): void => {
  moveInto(next.slot);
  act.set(next);
};

/** The same page has something else to play, or other handlers. */
export const update = (slot: HTMLElement, change: Partial<Act>): void => {
  const now = act.get();
  if (now?.slot === slot) act.set({ ...now, ...change });
};

const isRunning = (): boolean => {
  const state = playerBox().querySelector('section')?.dataset.state;
  return state === 'playing' || state === 'waiting';
};

/** Its page is left: what runs goes into the dock, anything else ends. To be called while the place is still there. */
export const leave = (slot: HTMLElement): void => {
  const now = act.get();
  if (now?.slot !== slot) return;
  const { channel: _steps, ref: _ref, ...rest } = now;
  const docks = dock !== null && isRunning() && document.fullscreenElement === null;
  if (dock) moveInto(dock);
  act.set(docks ? { ...rest, slot: null } : null);
};

/** Ends it, wherever it is. */
export const endAct = (): void => {
  act.set(null);
};
