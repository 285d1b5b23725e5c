import { nonsense } from './nonsense'
import { appendOnly, kept } from './refusals'
import { atOnce, inDatabase, refused, type Removal } from './removal'
import { twice } from './twice'

const tables = Object.keys(appendOnly)
const listed = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

/** Triggers, rights, conditions and keys. */
export const schema: Removal[] = [
  {
    edits: [
      inDatabase(
        tables
          .map(
            (table) =>
              `drop trigger ${table}_append_only on ${table}; drop trigger ${table}_no_truncate on ${table};`,
          )
          .join('\n'),
      ),
    ],
    guards: tables.flatMap((table) => [
      {
        name: `trigger ${table}_append_only`,
        file: refused,
        test: `${table} refuses UPDATE and DELETE also to its owner`,
      },
      {
        name: `trigger ${table}_no_truncate`,
        file: refused,
        test: `${table} refuses TRUNCATE also to its owner`,
      },
    ]),
  },
  {
    edits: [inDatabase('grant update, delete, truncate on all tables in schema public to :app;')],
    guards: tables.map((table) => ({
      name: `what the application may not do to ${table}`,
      file: refused,
      test: `${table} lets the application read and add, and no more`,
    })),
  },
  {
    edits: [
      inDatabase(`do $$ declare c record; begin
        for c in select conrelid::regclass as owner, conname from pg_constraint
                 where conname in (${listed(Object.keys(nonsense))}) loop
          execute format('alter table %s drop constraint %I', c.owner, c.conname);
        end loop; end $$;`),
    ],
    guards: Object.keys(nonsense).map((name) => ({
      name: `condition ${name}`,
      file: refused,
      test: `what cannot be true is refused by ${name}`,
    })),
  },
  {
    edits: [
      inDatabase(`do $$ declare c record; begin
        for c in select conrelid::regclass as owner, conname from pg_constraint
                 where conname in (${listed(Object.keys(twice))}) loop
          execute format('alter table %s drop constraint %I cascade', c.owner, c.conname);
        end loop;
        for c in select indexrelid::regclass as name from pg_index
                 where indexrelid::regclass::text in (${listed(Object.keys(twice))}) loop
          execute format('drop index %s', c.name);
        end loop; end $$;`),
    ],
    guards: Object.keys(twice).map((name) => ({
      name: `key ${name}`,
      file: refused,
      test: `what is there already is refused by ${name}`,
    })),
  },
  {
    edits: [
      inDatabase(`do $$ declare t record; begin
        for t in select tgrelid::regclass as owner, tgname from pg_trigger where tgname in (${listed(Object.keys(kept))}) loop
          execute format('drop trigger %I on %s', t.tgname, t.owner);
        end loop; end $$;`),
    ],
    guards: Object.keys(kept).map((name) => ({
      name: `trigger ${name}`,
      file: refused,
      test: `a payout that was drawn up is kept by ${name}, also from its owner`,
    })),
  },
  {
    edits: [inDatabase('drop index ledger_transfers_line_once;')],
    guards: [
      {
        name: 'ledger_transfers_line_once against two writers at once',
        file: atOnce,
        test: 'the ledger takes the same correction of two writers at once from one of them, though neither holds a lock',
      },
    ],
  },
  {
    edits: [inDatabase('drop index facts_same_sight_once; drop index evidence_once;')],
    guards: [
      {
        name: 'key facts_same_sight_once',
        file: atOnce,
        test: 'what is seen again in another event is the same observation',
      },
      {
        name: 'key evidence_once',
        file: atOnce,
        test: 'what is seen again at each renewal is the same sign of a code',
      },
    ],
  },
  {
    edits: [
      inDatabase(
        'alter table inbox_events drop constraint inbox_events_pkey cascade; alter table inbox_work drop constraint inbox_work_pkey cascade;',
      ),
      { file: 'lib/intake/record-event.ts', from: 'on conflict (event_id) do nothing', to: '' },
    ],
    guards: [
      {
        name: 'key inbox_events_pkey',
        file: 'tests/integration/pipeline-webhook.test.ts',
        test: 'an event twenty times at once is recorded once',
      },
    ],
  },
]
