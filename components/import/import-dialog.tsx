'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { type ImportSource, importList } from '@/lib/client/imports';
import { keys } from '@/lib/client/keys';
import { formatCount } from '@/lib/units/format';
import { readConnections } from '../providers/connections';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ErrorBox } from '../ui/feedback';
import { tell } from '../ui/toast';
import { ImportPreview } from './import-preview';
import { emptyDraft, type ImportDraft, ImportSourceForm, sourceOf } from './import-source-form';
import { resultSentence } from './import-words';

const nothingToDo = (added: number, changed: number): boolean => added === 0 && changed === 0;

const actionWords = (added: number, changed: number): string => {
  if (nothingToDo(added, changed)) return 'Nothing to import';
  if (changed === 0) return `Import ${formatCount(added)}`;
  return added === 0
    ? `Update ${formatCount(changed)}`
    : `Import ${formatCount(added)}, update ${formatCount(changed)}`;
};

/** An M3U list in two steps: where it is, then what would change; nothing is written before the second button. */
export const ImportDialog = ({ onClose }: { onClose: () => void }) => {
  const client = useQueryClient();
  const [draft, setDraft] = useState<ImportDraft>(emptyDraft);
  const source = sourceOf(draft);
  const connections = readConnections(draft.connections);
  const details = { name: draft.name, maxConnections: connections.ok ? connections.value : null };
  const preview = useMutation({
    mutationFn: (from: ImportSource) => importList(from, { ...details, dryRun: true }),
  });
  const run = useMutation({
    mutationFn: (from: ImportSource) => importList(from, { ...details, dryRun: false }),
    onSuccess: (result) => {
      tell(resultSentence(result));
      void client.invalidateQueries({ queryKey: keys.channels });
      void client.invalidateQueries({ queryKey: keys.overview });
      onClose();
    },
  });
  const result = preview.data;
  const busy = preview.isPending || run.isPending;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || run.isPending ? undefined : onClose())}
      width={result ? 'lg' : 'md'}
      title={result ? `What ${result.name || 'this list'} brings` : 'Import an M3U list'}
      description={
        result
          ? 'Nothing is written yet.'
          : 'You see what would change before anything does. An import never deletes a channel.'
      }
      footer={
        result ? (
          <>
            <Button tone="quiet" className="mr-auto" disabled={busy} onClick={() => preview.reset()}>
              <ArrowLeft aria-hidden />
              Other list
            </Button>
            <Button
              tone="primary"
              busy={run.isPending}
              disabled={nothingToDo(result.added, result.changed)}
              onClick={() => source && run.mutate(source)}
            >
              {run.isPending
                ? `Importing ${formatCount(result.entries)} entries`
                : actionWords(result.added, result.changed)}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              tone="primary"
              busy={preview.isPending}
              disabled={source === null}
              onClick={() => source && preview.mutate(source)}
            >
              {preview.isPending ? 'Reading the list' : 'Preview'}
            </Button>
          </>
        )
      }
    >
      {result ? (
        <ImportPreview result={result} />
      ) : (
        <ImportSourceForm
          draft={draft}
          onChange={setDraft}
          onSubmit={() => source && preview.mutate(source)}
        />
      )}
      {preview.error ? (
        <ErrorBox title="The list could not be read" error={preview.error} className="mt-4" />
      ) : null}
      {run.error ? <ErrorBox title="The import did not finish" error={run.error} className="mt-4" /> : null}
    </Dialog>
  );
};
