'use client';

import { FileText } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import type { ImportSource } from '@/lib/client/imports';
import { formatBytes } from '@/lib/units/format';
import { CONNECTIONS_HINT, readConnections } from '../providers/connections';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Field, Input, Textarea } from '../ui/field';
import { Segmented } from '../ui/segmented';

export type ImportDraft = {
  kind: 'file' | 'text' | 'url';
  file: File | null;
  text: string;
  url: string;
  name: string;
  /** As it was typed; empty says nothing. */
  connections: string;
};

export const emptyDraft: ImportDraft = {
  kind: 'file',
  file: null,
  text: '',
  url: '',
  name: '',
  connections: '',
};

const KINDS = [
  { value: 'file', label: 'File' },
  { value: 'text', label: 'Text' },
  { value: 'url', label: 'Address' },
] as const;

/** The list as the API takes it; null while something is missing. */
export const sourceOf = (draft: ImportDraft): ImportSource | null => {
  if (!readConnections(draft.connections).ok) return null;
  if (draft.kind === 'file') return draft.file ? { kind: 'file', file: draft.file } : null;
  if (draft.kind === 'text') return draft.text.trim() === '' ? null : { kind: 'text', text: draft.text };
  return URL.canParse(draft.url.trim()) ? { kind: 'url', url: draft.url.trim() } : null;
};

const FilePick = ({ file, onPick }: { file: File | null; onPick: (file: File) => void }) => {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = event.dataTransfer.files[0];
    if (dropped) onPick(dropped);
  };
  return (
    <section
      aria-label="The list's file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cn(
        'grid justify-items-center gap-2 rounded-lg border border-dashed px-4 py-8 text-center',
        over ? 'border-accent-ink bg-accent-soft' : 'border-line-field',
      )}
    >
      <FileText aria-hidden className="size-6 text-ink-3" />
      {file ? (
        <p>
          <b className="font-semibold">{file.name}</b>{' '}
          <span className="text-ink-3">{formatBytes(file.size)}</span>
        </p>
      ) : (
        <p className="text-ink-2">Drop an .m3u or .m3u8 file here</p>
      )}
      <input
        ref={input}
        type="file"
        aria-label="Choose the list's file"
        accept=".m3u,.m3u8,.txt,audio/x-mpegurl,application/vnd.apple.mpegurl"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const picked = event.target.files?.[0];
          if (picked) onPick(picked);
        }}
      />
      <Button onClick={() => input.current?.click()}>{file ? 'Choose another' : 'Choose a file'}</Button>
    </section>
  );
};

type FormProps = { draft: ImportDraft; onChange: (draft: ImportDraft) => void; onSubmit: () => void };

/** Where the list comes from: a file, pasted text, or an address. */
export const ImportSourceForm = ({ draft, onChange, onSubmit }: FormProps) => {
  const id = useId();
  const connections = readConnections(draft.connections);
  const set = (change: Partial<ImportDraft>): void => onChange({ ...draft, ...change });
  return (
    <form
      id={id}
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Segmented
        label="Where the list is"
        options={KINDS}
        value={draft.kind}
        onChange={(kind) => set({ kind })}
        className="w-full sm:w-fit"
      />
      {draft.kind === 'file' ? <FilePick file={draft.file} onPick={(file) => set({ file })} /> : null}
      {draft.kind === 'text' ? (
        <Field label="The list" hint="Begins with #EXTM3U or has #EXTINF lines.">
          <Textarea
            value={draft.text}
            onChange={(event) => set({ text: event.target.value })}
            spellCheck={false}
            autoFocus
            className="min-h-44 font-mono text-[12px] leading-[18px]"
          />
        </Field>
      ) : null}
      {draft.kind === 'url' ? (
        <Field
          label="Address of the list"
          hint="The server fetches it. Addresses in private networks need an admin's leave."
        >
          <Input
            value={draft.url}
            onChange={(event) => set({ url: event.target.value })}
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            className="font-mono text-[13px]"
          />
        </Field>
      ) : null}
      <Field
        label="Name of the provider"
        aside="optional"
        hint="A list with the same name updates the channels it brought before."
      >
        <Input value={draft.name} onChange={(event) => set({ name: event.target.value })} maxLength={200} />
      </Field>
      <Field
        label="Connections the provider allows"
        aside="optional"
        hint={CONNECTIONS_HINT}
        error={connections.ok ? undefined : connections.error}
      >
        <Input
          value={draft.connections}
          onChange={(event) => set({ connections: event.target.value })}
          inputMode="numeric"
          autoComplete="off"
          className="tabular-nums"
        />
      </Field>
    </form>
  );
};
