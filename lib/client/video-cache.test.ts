import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Video } from '../contract/videos.ts';
import { keys } from './keys.ts';
import { patchVideo } from './video-cache.ts';

const LIST = [...keys.videos, 'list', { state: 'unfinished' }];
const film = (id: string, state: Video['state']) => ({ id, state, title: id }) as Video;
const pages = (...items: Video[]) => ({ pages: [{ items, total: items.length }], pageParams: [null] });

function cache(...items: Video[]): QueryClient {
  const client = new QueryClient();
  client.setQueryData(LIST, pages(...items));
  return client;
}

test('a video that the lists do not have yet makes them be asked again, also where its own page knows it', () => {
  const client = cache();
  client.setQueryData(keys.video('a'), film('a', 'processing'));
  expect(patchVideo(client, { id: 'a', state: 'processing' })).toBe(false);
});

test('what a list has is changed in it, and the list is asked again only when the state changed', () => {
  const client = cache(film('a', 'processing'), film('b', 'processing'));
  expect(patchVideo(client, { id: 'a', state: 'processing', title: 'new' })).toBe(true);
  expect(client.getQueryData(LIST)).toEqual(
    pages({ ...film('a', 'processing'), title: 'new' }, film('b', 'processing')),
  );
  expect(patchVideo(client, { id: 'a', state: 'ready' })).toBe(false);
});

test('without a list the page of a video is enough', () => {
  const client = new QueryClient();
  client.setQueryData(keys.video('a'), film('a', 'processing'));
  expect(patchVideo(client, { id: 'a', state: 'processing' })).toBe(true);
  expect(patchVideo(client, { id: 'b', state: 'processing' })).toBe(false);
});
