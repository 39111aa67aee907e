'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { keys } from '@/lib/client/keys';
import { saveSettings, settingsQuery } from '@/lib/client/settings';
import type { Setting } from '@/lib/contract/system';
import { Button } from '../ui/button';
import { Empty, ErrorBox } from '../ui/feedback';
import { Page, PageHead, Panel } from '../ui/panel';
import { Skeleton } from '../ui/state';
import { tell, tellError } from '../ui/toast';
import { SettingRow } from './setting-row';
import { changesOf, type Draft } from './settings-draft';
import { StationName } from './station-name';

const GROUPS: readonly { id: Setting['group']; title: string }[] = [
  { id: 'station', title: 'Station' },
  { id: 'live', title: 'Live' },
  { id: 'video', title: 'Videos' },
  { id: 'uploads', title: 'Uploads' },
  { id: 'access', title: 'Access' },
  { id: 'server', title: 'Server' },
];

/** The browser asks before unsaved changes are lost by leaving the site. */
const useWarnOnLeave = (unsaved: boolean): void => {
  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [unsaved]);
};

type SaveBarProps = {
  count: number;
  blocked: boolean;
  busy: boolean;
  onSave: () => void;
  onDiscard: () => void;
};

const SaveBar = ({ count, blocked, busy, onSave, onDiscard }: SaveBarProps) => (
  <section
    aria-label="Unsaved changes"
    className="sticky bottom-4 z-20 mx-auto mt-5 flex w-fit animate-[rise_160ms_var(--ease-out)] items-center gap-2 rounded-lg border border-line-strong bg-overlay py-1.5 pr-1.5 pl-4 shadow-(--shadow-3)"
  >
    <b className="mr-3 font-semibold">
      {blocked ? 'Correct the marked values' : `${count} ${count === 1 ? 'change' : 'changes'}`}
    </b>
    <Button tone="quiet" onClick={onDiscard}>
      Discard
    </Button>
    <Button tone="primary" busy={busy} disabled={blocked} onClick={onSave}>
      Save
    </Button>
  </section>
);

const useSettings = () => {
  const client = useQueryClient();
  const query = useQuery(settingsQuery);
  const [draft, setDraft] = useState<Draft>({});
  const items = query.data?.items ?? [];
  const { changes, errors } = changesOf(items, draft);
  const save = useMutation({
    mutationFn: () => saveSettings(changes),
    onSuccess: (saved) => {
      const waits = saved.items.some((setting) => setting.restart && setting.key in changes);
      tell(waits ? 'Saved. Some of it takes effect after a restart.' : 'Saved.');
      client.setQueryData(keys.settings, saved);
      void client.invalidateQueries({ queryKey: keys.me });
      setDraft({});
    },
    onError: tellError,
  });
  return { query, items, draft, setDraft, changes, errors, save };
};

/** All settings: what they do, their unit and default, and where the value comes from. */
export const SettingsScreen = () => {
  const { query, items, draft, setDraft, changes, errors, save } = useSettings();
  const count = Object.keys(changes).length;
  const blocked = Object.keys(errors).length > 0;
  useWarnOnLeave(count > 0 || blocked);
  return (
    <Page className="max-w-[900px]">
      <PageHead
        title="Settings"
        sub="Everything has a sensible value. The environment wins over what is set here."
      />
      {query.error && !query.data ? (
        <ErrorBox
          title="The settings could not be read"
          error={query.error}
          onRetry={() => void query.refetch()}
          className="mt-5"
        />
      ) : null}
      {query.isPending ? (
        <div className="mt-6 grid gap-3">
          <Skeleton className="h-20 rounded-lg" />
          <Skeleton className="h-64 rounded-lg" />
        </div>
      ) : null}
      {query.data && items.length === 0 ? <Empty title="Nothing to set here" /> : null}
      {query.data ? <StationName /> : null}
      {GROUPS.map(({ id, title }) => {
        const rows = items.filter((setting) => setting.group === id);
        if (rows.length === 0) return null;
        return (
          <section key={id} className="mt-7">
            <h2 className="mb-2.5 font-semibold text-lead">{title}</h2>
            <Panel>
              {rows.map((setting) => (
                <SettingRow
                  key={setting.key}
                  setting={setting}
                  typed={draft[setting.key]}
                  error={errors[setting.key]}
                  onChange={(typed) => setDraft({ ...draft, [setting.key]: typed })}
                />
              ))}
            </Panel>
          </section>
        );
      })}
      {count > 0 || blocked ? (
        <SaveBar
          count={count}
          blocked={blocked}
          busy={save.isPending}
          onSave={() => save.mutate()}
          onDiscard={() => setDraft({})}
        />
      ) : null}
    </Page>
  );
};
