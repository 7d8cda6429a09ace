#!/usr/bin/env bash
# Runs once, when the data directory of the container is made: a table to connect, a user that may read its changes, and what Postgres needs for that.
# Freshet's source file for it is ops/docker/connect/postgres.properties.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=password="$CDC_PASSWORD" <<'SQL'
CREATE TABLE public.product (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(200) NOT NULL,
    description text NOT NULL,
    price numeric(10, 2) NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- Changes then carry all columns, also large ones that did not change.
ALTER TABLE public.product REPLICA IDENTITY FULL;

INSERT INTO public.product (name, description, price) VALUES
    ('Cold aisle containment kit', 'Panels and doors that keep cold air in front of the servers, for two rows of racks.', 1890.00),
    ('Leak detection cable', 'Ten metres of cable that raise an alarm when water touches them under the raised floor.', 149.50),
    ('Blanking panel, tool-less', 'Closes an unused unit of a rack so that hot air does not come back to the front.', 4.20);

-- What the source file names. The publication is made here because only the owner of a table may.
CREATE ROLE freshet LOGIN REPLICATION PASSWORD :'password';
GRANT USAGE ON SCHEMA public TO freshet;
GRANT SELECT ON public.product TO freshet;
CREATE PUBLICATION freshet_shop_postgres FOR TABLE public.product;
SQL
