import { NotACacheError } from '../../base/errors.ts';
import type { Database, Run } from './database.ts';
import { codeOf } from './database.ts';

/**
 * One step for each schema version; `$S` is the schema, `$CHANGES` the channel of notifications.
 *
 * Tags, lookups and attributes are rows of `names`, in the order of age, and not arrays with a GIN index alone: a list of a million
 * entries is then read page by page and deleted step by step along one index, where a GIN index gives its rows in no order, anew for
 * every page, those deleted before included. Triggers keep them, whoever writes.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE $Sentries (
    key uuid PRIMARY KEY, tenant uuid NOT NULL, namespace uuid NOT NULL, scope uuid NOT NULL, model uuid, kind text NOT NULL,
    created_at double precision NOT NULL, expires_at double precision, drop_at double precision,
    names uuid[] NOT NULL, id text NOT NULL, head bytea NOT NULL, body bytea NOT NULL
  );
  -- They are compressed already.
  ALTER TABLE $Sentries ALTER COLUMN head SET STORAGE EXTERNAL, ALTER COLUMN body SET STORAGE EXTERNAL;
  CREATE INDEX entries_created ON $Sentries (created_at, key);
  CREATE INDEX entries_tenant ON $Sentries (tenant, created_at, key);
  CREATE INDEX entries_scope ON $Sentries (scope, created_at, key);
  CREATE INDEX entries_expires ON $Sentries (expires_at, key) WHERE expires_at IS NOT NULL;
  CREATE INDEX entries_drop ON $Sentries (drop_at, key) WHERE drop_at IS NOT NULL;

  CREATE TABLE $Snames (name uuid NOT NULL, created_at double precision NOT NULL, key uuid NOT NULL, PRIMARY KEY (name, created_at, key));
  CREATE FUNCTION $Skeep_names() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.names = NEW.names AND OLD.created_at = NEW.created_at THEN RETURN NULL; END IF;
      IF TG_OP <> 'INSERT' THEN
        DELETE FROM $Snames WHERE name = ANY (OLD.names) AND created_at = OLD.created_at AND key = OLD.key;
      END IF;
      IF TG_OP <> 'DELETE' THEN INSERT INTO $Snames SELECT DISTINCT name, NEW.created_at, NEW.key FROM unnest(NEW.names) name; END IF;
      RETURN NULL;
    END $body$;
  CREATE TRIGGER keep_names AFTER INSERT OR DELETE OR UPDATE OF names, created_at ON $Sentries FOR EACH ROW EXECUTE FUNCTION $Skeep_names();

  CREATE TABLE $Srecords (key uuid PRIMARY KEY, name text COLLATE "C" NOT NULL, value text NOT NULL, version bigint NOT NULL);
  CREATE INDEX records_name ON $Srecords ((left(name, 100)));
  CREATE SEQUENCE $Srecord_versions;

  -- What changed lately, for other processes. By xact, the transaction that wrote it, a reader knows what it could not see before.
  CREATE TABLE $Schanges (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(), origin uuid NOT NULL, kind text NOT NULL, ids text[] NOT NULL
  );
  CREATE INDEX changes_xact ON $Schanges (xact);
  CREATE FUNCTION $Swake() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      PERFORM pg_notify('$CHANGES', '');
      RETURN NULL;
    END $body$;
  CREATE TRIGGER wake AFTER INSERT ON $Schanges FOR EACH STATEMENT EXECUTE FUNCTION $Swake();

  -- What a crash of the server may take: a call is then made twice. The fences go on counting.
  CREATE SEQUENCE $Sfences;
  CREATE UNLOGGED TABLE $Sleases (key uuid PRIMARY KEY, fence bigint NOT NULL, until timestamptz NOT NULL, released boolean NOT NULL DEFAULT false);
  CREATE UNLOGGED TABLE $Slogs (
    key uuid NOT NULL, fence bigint NOT NULL, seq integer NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(), bytes bytea NOT NULL,
    PRIMARY KEY (key, fence, seq)
  );
  ALTER TABLE $Slogs ALTER COLUMN bytes SET STORAGE EXTERNAL;
  CREATE INDEX logs_at ON $Slogs (at);

  -- One table of vectors for each model and number of dimensions.
  CREATE TABLE $Svector_tables (name text PRIMARY KEY, fingerprint text NOT NULL, dimensions integer NOT NULL);
  `,
];

/** The schema version that this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The oldest PostgreSQL that has all that is used (`xid8`). */
const OLDEST = 130_000;

/** Waits until nobody else of this schema makes tables; the lock goes with the transaction. */
export const lockSchema = (run: Run, schema: string): Promise<unknown> => run("SELECT pg_advisory_xact_lock(hashtextextended($1, 5461))", [`reprise ${schema}`]);

/** Makes the tables, or brings them up to date. Several processes may try at once: one does it, the others wait and find it done. */
export async function migrate(database: Database, channel: string): Promise<void> {
  const { schema, s } = database;
  if ((await versionOf(database, database.run)) === SCHEMA_VERSION) return;
  try {
    await database.transaction(async (run) => {
      await lockSchema(run, schema);
      const version = await versionOf(database, run);
      if (version === SCHEMA_VERSION) return;
      const [[there, server] = []] = await run("SELECT (SELECT 1 FROM pg_namespace WHERE nspname = $1), current_setting('server_version_num')::int", [schema]);
      if (Number(server) < OLDEST) throw new NotACacheError(schema, `is in PostgreSQL ${Math.floor(Number(server) / 10_000)}, and 13 is the oldest that will do`);
      // Asked first, as it takes the right to make schemas even where there is nothing to make.
      if (there === null) await run(`CREATE SCHEMA ${s.slice(0, -1)}`);
      if (version === 0) await run(`CREATE TABLE ${s}reprise (version integer NOT NULL)`);
      for (const step of MIGRATIONS.slice(version)) await run(step.replaceAll('$S', () => s).replaceAll('$CHANGES', () => channel));
      await run(version === 0 ? `INSERT INTO ${s}reprise VALUES ($1)` : `UPDATE ${s}reprise SET version = $1`, [SCHEMA_VERSION]);
    }, undefined, MIGRATION_LIMIT);
  } catch (error) {
    const taken = ['42P07', '42710', '42723'].includes(codeOf(error) ?? '');
    if (taken) throw new NotACacheError(schema, 'is a schema of something else, which has tables of these names', { cause: error });
    throw error;
  }
}

/** How long the migration may take, waiting for others that migrate included. */
const MIGRATION_LIMIT = 60_000;

/** The schema version of what is there, 0 for nothing. */
async function versionOf({ s, schema }: Database, run: Run): Promise<number> {
  // The catalogue is read as a table: `to_regclass` may still say no after another process has just made it.
  const [there] = await run("SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'reprise'", [schema]);
  if (!there) return 0;
  const [[version] = []] = await run(`SELECT version FROM ${s}reprise`);
  if (Number(version) > SCHEMA_VERSION) {
    throw new NotACacheError(schema, `was written by a newer version of Reprise (schema ${Number(version)}, and ${SCHEMA_VERSION} is the newest known here)`);
  }
  return Number(version ?? 0);
}
