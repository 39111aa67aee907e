'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowRight, Check, CircleAlert } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useForm } from 'react-hook-form';
import type { z } from 'zod';
import { ApiError } from '@/lib/client/http';
import { keys } from '@/lib/client/keys';
import { completeSetup, setupChecksQuery, setupQuery } from '@/lib/client/session';
import { PASSWORD_MIN, SetupRequest } from '@/lib/contract/accounts';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { ErrorBox } from '../ui/feedback';
import { Field, Input } from '../ui/field';
import { Front } from './front';
import { PasswordInput } from './password-field';
import { passwordStrength } from './password-strength';

type Fields = z.input<typeof SetupRequest>;

const Heading = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <>
    <h1 className="text-balance font-[660] text-hero tracking-[-0.035em] [font-stretch:118%] max-sm:text-[29px] max-sm:leading-[34px]">
      {title}
    </h1>
    <p className="mt-2 text-ink-2 text-lead">{children}</p>
  </>
);

/** A refused code is not asked again: each time would count as another guess and shut out who has the right one. */
const useChecks = (code: string) =>
  useQuery({
    ...setupChecksQuery(code),
    enabled: code !== '',
    refetchInterval: ({ state }) =>
      state.error instanceof ApiError && [403, 429].includes(state.error.status) ? false : 5000,
    refetchOnWindowFocus: false,
    retry: false,
  });

type CheckList = NonNullable<ReturnType<typeof useChecks>['data']>['checks'];

const Checks = ({ checks }: { checks: CheckList | undefined }) => {
  return (
    <ul aria-label="This server" className="min-h-[121px] border-line-soft border-t">
      {checks?.map((check) => (
        <li
          key={check.id}
          className="flex min-h-[30px] items-center gap-2.5 border-line-soft border-b py-1 text-[12.5px]"
        >
          {check.ok ? (
            <Check aria-label="fine" className="size-3.5 text-ok" />
          ) : (
            <CircleAlert aria-label="needs a look" className="size-3.5 text-warn" />
          )}
          <b className="font-[560]">{check.label}</b>
          <span className={cn('ml-auto min-w-0 text-right', check.ok ? 'text-ink-3' : 'text-warn')}>
            {check.detail}
          </span>
        </li>
      ))}
    </ul>
  );
};

const Strength = ({ password }: { password: string }) => {
  if (password === '') return <>At least {PASSWORD_MIN} characters. There is no default password anywhere.</>;
  const { share, word } = passwordStrength(password, PASSWORD_MIN);
  const colour = word === 'Strong' ? 'bg-ok' : word === 'Fair' ? 'bg-warn' : 'bg-bad';
  return (
    <span className="flex items-center gap-2.5">
      <span aria-hidden className="h-1 w-24 overflow-hidden rounded-[2px] bg-seg-wait">
        <span
          className={cn('block h-full transition-[width]', colour)}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      {word}. {word === 'Too short' ? `Use at least ${PASSWORD_MIN} characters.` : ''}
    </span>
  );
};

const NoCode = ({ wrong }: { wrong: boolean }) => (
  <>
    <Heading title={wrong ? 'This code is used up' : 'Open the setup address'}>
      {wrong ? 'Take the newest address. ' : ''}Siaran printed it when it started, in the terminal or the
      service's log. It looks like this:
    </Heading>
    <pre className="mono mt-5 overflow-x-auto rounded-md bg-sunken px-4 py-3 text-ink-2">
      {'http://<this server>/setup?code=…'}
    </pre>
    <p className="mt-4 text-ink-2">
      The code works once and for 15 minutes, so that nobody else can claim your station. Restart Siaran for a
      fresh one.
    </p>
  </>
);

const Done = () => (
  <>
    <Heading title="Already on air">
      This station is set up. Sign in with the account that was made then.
    </Heading>
    <Button asChild tone="primary" size="lg" className="mt-6 w-full">
      <Link href="/login">Sign in</Link>
    </Button>
  </>
);

const Form = ({ code }: { code: string }) => {
  const router = useRouter();
  const client = useQueryClient();
  const form = useForm<Fields>({
    resolver: zodResolver(SetupRequest),
    defaultValues: { code, stationName: '', email: '', password: '' },
  });
  const submit = useMutation({
    mutationFn: completeSetup,
    onSuccess: () => {
      client.removeQueries({ queryKey: keys.me });
      router.replace('/overview');
    },
  });
  const { errors } = form.formState;
  return (
    <>
      <Heading title="Put your station on air">
        Three fields and you are in. Everything else already has a sensible value.
      </Heading>
      <form
        className="mt-6 grid gap-4"
        noValidate
        onSubmit={form.handleSubmit((values) => submit.mutate(values))}
      >
        <Field label="Station name" error={errors.stationName?.message}>
          <Input {...form.register('stationName')} autoComplete="organization" autoFocus />
        </Field>
        <Field label="E-mail" error={errors.email?.message}>
          <Input {...form.register('email')} type="email" autoComplete="username" inputMode="email" />
        </Field>
        <Field
          label="Password"
          error={errors.password?.message}
          hint={<Strength password={form.watch('password')} />}
        >
          <PasswordInput {...form.register('password')} autoComplete="new-password" />
        </Field>
        {submit.error ? <ErrorBox title="The station was not created" error={submit.error} /> : null}
        <Button
          type="submit"
          tone="primary"
          size="lg"
          busy={submit.isPending || submit.isSuccess}
          className="mt-1"
        >
          Create station
          <ArrowRight aria-hidden />
        </Button>
      </form>
    </>
  );
};

/** The first visit: three fields, live checks at the foot, and it ends signed in. */
export const Setup = () => {
  const code = useSearchParams().get('code') ?? '';
  const setup = useQuery(setupQuery);
  const checks = useChecks(code);
  const wrong = checks.error instanceof ApiError && checks.error.code === 'SETUP_CODE_INVALID';
  const done =
    setup.data?.needed === false || (setup.error instanceof ApiError && setup.error.status === 409);
  if (done) {
    return (
      <Front>
        <Done />
      </Front>
    );
  }
  if (setup.error) {
    return (
      <Front>
        <ErrorBox
          title="The server could not be asked"
          error={setup.error}
          onRetry={() => void setup.refetch()}
        />
      </Front>
    );
  }
  if (code === '' || wrong) {
    return (
      <Front>
        <NoCode wrong={wrong} />
      </Front>
    );
  }
  return (
    <Front foot={<Checks checks={checks.data?.checks} />}>
      <Form code={code} />
    </Front>
  );
};
