'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { keys } from '@/lib/client/keys';
import { revokeToken, tokensQuery } from '@/lib/client/users';
import type { ApiToken } from '@/lib/contract/accounts';
import { formatAgo } from '@/lib/units/time';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Empty, ErrorBox, HelpLink } from '../ui/feedback';
import { Skeleton } from '../ui/state';
import { tell, tellError } from '../ui/toast';
import { ROLE_WORDS } from './role-words';

const TokenRow = ({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) => (
  <li className="flex min-h-[60px] items-center gap-3 border-line-soft border-b px-4 py-2 last:border-b-0">
    <KeyRound aria-hidden className="size-4 text-ink-3" />
    <div className="min-w-0 flex-1">
      <b className="block truncate font-semibold">{token.name}</b>
      <p className="truncate text-ink-3 text-label">
        <code className="mono">{token.prefix}…</code> · {ROLE_WORDS[token.role]} ·{' '}
        {token.lastUsedAt === null ? 'never used' : `used ${formatAgo(token.lastUsedAt, Date.now())}`}
      </p>
    </div>
    <Button onClick={onRevoke}>Revoke</Button>
  </li>
);

/** Tokens for scripts; only their beginning is shown again. */
export const TokenList = () => {
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const revoke = useMutation({
    mutationFn: (token: ApiToken) => revokeToken(token.id),
    onSuccess: (_result, token) => {
      tell(`${token.name} does not work any more.`);
      void client.invalidateQueries({ queryKey: keys.tokens });
    },
    onError: tellError,
  });
  if (tokens.error && !tokens.data) {
    return (
      <ErrorBox
        title="The tokens could not be read"
        error={tokens.error}
        onRetry={() => void tokens.refetch()}
        className="m-4"
      />
    );
  }
  return (
    <>
      {tokens.isPending ? <Skeleton className="m-4 h-9" /> : null}
      {tokens.data?.items.length === 0 ? (
        <Empty
          title="No API token"
          className="py-8"
          help={<HelpLink href="/api/docs">The API reference</HelpLink>}
        >
          A token lets a script do what its role may do.
        </Empty>
      ) : null}
      <ul aria-label="API tokens">
        {tokens.data?.items.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
        ))}
      </ul>
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => (open ? undefined : setRevoking(null))}
        title={`Revoke ${revoking?.name ?? ''}?`}
        action="Revoke"
        onConfirm={() => (revoking ? revoke.mutateAsync(revoking) : Promise.resolve())}
      >
        Scripts that use it are refused at once. This cannot be taken back.
      </Confirm>
    </>
  );
};
