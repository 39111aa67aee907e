export * from './admin.ts';
export * from './auth.ts';
export * from './catalog.ts';
export { playableNum } from './columns.ts';
export * from './vod.ts';
