#!/usr/bin/env bash
# Runs once, when the data directory of the container is made: a table to connect, and a user that may read its changes. The binary log with whole rows is on by
# default. Freshet's source file for it is ops/docker/connect/mysql.properties.
set -euo pipefail

MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --user=root --default-character-set=utf8mb4 "$MYSQL_DATABASE" <<SQL
CREATE TABLE article (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    body LONGTEXT NOT NULL,
    published TINYINT(1) NOT NULL DEFAULT 0,
    updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)
) CHARACTER SET utf8mb4;

INSERT INTO article (title, body, published) VALUES
    ('When the chillers stop', 'How long a hall stays below its limit without cooling, and what to switch off first.', 1),
    ('Labels that last', 'Cables outlive the people who laid them. What to print on both ends, and in which order.', 1);

CREATE USER 'freshet'@'%' IDENTIFIED BY '${CDC_PASSWORD}';
GRANT SELECT, RELOAD, SHOW DATABASES, LOCK TABLES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'freshet'@'%';
SQL
