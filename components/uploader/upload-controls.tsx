'use client';

import { Pause, Play, RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { tell, tellProblem } from '../ui/toast';
import { reopenUpload } from './restore';
import { cancelUpload, dismissUpload, giveFile, pauseUpload, resumeUpload } from './store';
import type { Picked, UploadItem } from './types';
import { FilesButton } from './upload-button';

const OTHER_FILE = 'That is another file. Choose the one that this upload began with.';

const GiveFile = ({ item }: { item: UploadItem }) => {
  const give = ([picked]: Picked[]): void => {
    if (picked && !giveFile(item.key, picked)) tellProblem(OTHER_FILE);
  };
  const reopen = async (): Promise<void> => {
    if (!(await reopenUpload(item.key)))
      tellProblem('The file could not be opened again. Choose it once more.');
  };
  return (
    <>
      {item.mayReopen ? (
        <Button size="sm" tone="primary" onClick={() => void reopen()}>
          <Play aria-hidden />
          Go on
        </Button>
      ) : null}
      <FilesButton size="sm" multiple={false} onFiles={give}>
        Choose the file
      </FilesButton>
    </>
  );
};

/** Pause, go on, cancel: what fits the phase of an upload. */
export const UploadControls = ({ item }: { item: UploadItem }) => {
  const [asking, setAsking] = useState(false);
  const { phase, key } = item;
  if (phase === 'done') return null;
  const gone = phase === 'failed' && item.uploadId === null;
  const cancel = async (): Promise<void> => {
    try {
      await cancelUpload(key);
      tell(`The upload of ${item.fileName} was cancelled.`);
    } catch (cause) {
      tellProblem('The server could not be told to stop. Try again in a moment.');
      throw cause;
    }
  };
  return (
    <>
      {phase === 'sending' || phase === 'queued' ? (
        <Button size="sm" tone="quiet" onClick={() => pauseUpload(key)}>
          <Pause aria-hidden />
          Pause
        </Button>
      ) : null}
      {phase === 'paused' ? (
        <Button size="sm" onClick={() => resumeUpload(key)}>
          <Play aria-hidden />
          Resume
        </Button>
      ) : null}
      {phase === 'waiting' || (phase === 'failed' && !item.refused) ? (
        <Button size="sm" onClick={() => resumeUpload(key)}>
          <RotateCcw aria-hidden />
          {phase === 'waiting' ? 'Try now' : 'Try again'}
        </Button>
      ) : null}
      {phase === 'needs-file' ? <GiveFile item={item} /> : null}
      <IconButton
        size="sm"
        label={gone ? 'Take off the list' : `Cancel the upload of ${item.fileName}`}
        onClick={() => (gone ? dismissUpload(key) : setAsking(true))}
      >
        <X />
      </IconButton>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Cancel the upload of ${item.fileName}?`}
        action="Cancel upload"
        onConfirm={cancel}
      >
        What was sent so far is removed from the server. The file on this computer stays.
      </Confirm>
    </>
  );
};
