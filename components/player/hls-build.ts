import Hls from 'hls.js/light';
import { noteMissing } from '@/lib/client/parts';

/** hls.js is used in two builds with one shape. */
export type HlsBuild = typeof Hls;

/** Without alternate renditions; comes with the player. */
export const lightBuild: HlsBuild = Hls;

/** With separate sound tracks; fetched only for videos that have several. */
export const fullBuild = async (): Promise<HlsBuild> => (await import('hls.js').catch(noteMissing)).default;
