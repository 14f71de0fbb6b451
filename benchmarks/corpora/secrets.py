"""Labelled lines of files that data teams write, with secrets and with what only looks like one: python benchmarks/corpora/secrets.py

All secrets are made up. What has the form of an issued token is put together here from parts (`«github»`), so that no hosting platform
takes this file for a leak. In a sample, `+` begins a line with a secret, `-` a line that looks like one, a blank a line round them.

Every fourth sample, by the hash of its name, is held out of tuning. The samples of `secrets_fresh.txt` were written when the detectors
were finished, without their source at hand, those of `secrets_hard.txt` after the faults of that set were mended; then their own were.
So it went on with the further rounds; rounds 7 to 16 are of authors who never saw the detectors.
"""

from __future__ import annotations

import base64
import functools
import random
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from workflow_template.standards.secrets import find_secrets

SAMPLES_TEXT = r'''
#--- pyodbc_plain/load_orders.py
 import pyodbc
+conn = pyodbc.connect("DRIVER={ODBC Driver 17 for SQL Server};SERVER=srv-sql01;DATABASE=dwh;UID=etl;PWD=Kw8#rtlmQ2")
 cursor = conn.cursor()
-conn2 = pyodbc.connect("DRIVER={ODBC Driver 18 for SQL Server};SERVER=srv-sql01;DATABASE=dwh;Trusted_Connection=yes")
-conn3 = pyodbc.connect(f"DRIVER={{ODBC Driver 17 for SQL Server}};SERVER={host};UID={user};PWD={password}")
#--- pyodbc_parts/connect.py
 CONNECTION = (
     "Driver={SQL Server};"
     "Server=tcp:dwh.corp.local,1433;"
     "Uid=svc_load;"
+    "Pwd=zomerAvond88;"
 )
-TEMPLATE = "Driver={SQL Server};Server=%s;Uid=%s;Pwd=%s;"
-OTHER = "Driver={SQL Server};Server={server};Uid={uid};Pwd={pwd};"
-THIRD = "Server=" + server + ";Uid=" + user + ";Pwd=" + password + ";"
#--- odbc_braces/legacy.py
+dsn = "DSN=LegacyDW;UID=report;PWD={x;y=9Qz!}"
-dsn = "DSN=LegacyDW;UID=report;PWD={REPORT_PWD}"
#--- sqlalchemy_urls/models.py
 from sqlalchemy import create_engine
+engine = create_engine("mssql+pyodbc://loader:Blau3rHimmel@sql-prod-02/dwh?driver=ODBC+Driver+17+for+SQL+Server")
+other = create_engine('postgresql+psycopg2://etl_user:p%40ss2Word@10.20.1.15:5432/warehouse')
-third = create_engine("postgresql://scott:tiger@localhost/test")
-fourth = create_engine(f"postgresql://{user}:{password}@{host}/{db}")
-fifth = create_engine("sqlite:///data/local.db")
-sixth = create_engine("postgresql://user:password@host:5432/dbname")
-seventh = create_engine("mysql+pymysql://%s:%s@%s/%s" % (u, p, h, d))
#--- urls_various/settings.py
+CELERY_BROKER_URL = "amqp://orders:7fKq2mXw@rabbit.internal:5672/prod"
+REDIS_URL = "redis://:Zk39vmQp11@cache-01.internal:6379/0"
+MONGO = "mongodb+srv://app:hAckM3n0t@cluster0.ab1cd.mongodb.net/?retryWrites=true"
+SFTP = "sftp://partner:Ostern2023@ftp.partner-gmbh.de/outbox"
+PROXY = "http://k1234:Regen!77@proxy.corp.local:8080"
-BROKER = "amqp://guest:guest@localhost:5672//"
-REDIS_LOCAL = "redis://localhost:6379/0"
-REPO = "git@github.com:org/repo.git"
-SSH = "ssh://git@bitbucket.corp.local:7999/dwh/etl.git"
-PYPI = "https://${PYPI_USER}:${PYPI_TOKEN}@pypi.corp.local/simple"
-DOCS = "https://username:<password>@host/path"
-MASKED = "postgresql://etl:***@db.corp.local/dwh"
#--- jdbc/Spark.scala
+val url = "jdbc:sqlserver://srv01:1433;databaseName=sales;user=spark;password=Fr3itag!13;encrypt=true"
+val df = spark.read.format("jdbc").option("url", u).option("user", "spark").option("password", "qU7xv2Lp").load()
-val safe = spark.read.format("jdbc").option("user", dbUser).option("password", dbPassword).load()
-val opt = spark.read.option("password", sys.env("DB_PASSWORD")).load()
#--- ado_net/appsettings.json
 {
   "ConnectionStrings": {
+    "Dwh": "Server=tcp:dwh.database.windows.net,1433;Initial Catalog=dwh;User ID=loader;Password=N8m!kkq2Wz;Encrypt=True;",
-    "Local": "Server=(localdb)\\mssqllocaldb;Database=dev;Trusted_Connection=True;",
-    "Template": "Server=#{Server}#;User ID=#{User}#;Password=#{Password}#;",
+    "Blob": "DefaultEndpointsProtocol=https;AccountName=dwhstore;AccountKey=«b64:64»;EndpointSuffix=core.windows.net",
+    "Bus": "Endpoint=sb://dwh.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=«b64:32»"
   },
-  "Logging": { "TokenTypes": "bearer", "PasswordPolicy": "strong" },
-  "KeyVaultSecret": "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/DbPassword)"
 }
#--- python_assign/config.py
+DB_PASSWORD = "gF7$kw2!pL"
+db_pass = 'Winter2022'
+api_key = "«hex:32»"
+SECRET_KEY = "«rand:50»"
+smtp_pwd: str = "Mail#2021x"
-DB_PASSWORD_ENV = "DB_PASSWORD"
-password = os.environ["DB_PASSWORD"]
-password = config.get("database", "password")
-PASSWORD_FIELD = "txtPassword"
-password = None
-password = ""
-password: str
-TOKEN_URL = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
-SECRET_NAME = "prod/dwh/sql-login"
-primary_key = "customer_id"
-PASSWORD_HASH = "5f4dcc3b5aa765d61d8327deb882cf99"
-password = getpass.getpass("Password: ")
-password = "<password>"
-password = "changeme"
-api_key = "YOUR_API_KEY"
-secret = "{{ secret('DB_PASSWORD') }}"
-password = keyring.get_password("dwh", "loader")
-token = request.headers["Authorization"]
-sort_key = "created_at_2024"
#--- python_defaults/run.py
 import os, argparse
+password = os.getenv("DWH_PASSWORD", "Herbst2021!")
+token = os.environ.get("API_TOKEN", "«base62:32»")
+secret = os.environ.get('APP_SECRET') or 'mZ82-kkpq-11Xv'
 parser = argparse.ArgumentParser()
+parser.add_argument("--password", default="Kartoffel99", help="database password")
+parser.add_argument("-p", "--db-password", type=str, default="rT5yU8iO")
-parser.add_argument("--password", help="Password for the database", required=True)
-parser.add_argument("--token", default=os.environ.get("TOKEN"), help="token of the API")
-parser.add_argument("--password-file", default="/run/secrets/db")
+def connect(host, user="etl", password="B0denSee!"):
     ...
-def connect2(host, user=None, password=None): ...
-def connect3(host, password: str = ""): ...
-password = os.getenv("DWH_PASSWORD", "")
-password = os.getenv("DWH_PASSWORD", default=None)
-token = os.environ.get("API_TOKEN", "TOKEN_NOT_SET")
#--- click_defaults/cli.py
 import click
+@click.option("--password", default="Hafen#City7", show_default=False)
 @click.option("--api-key",
+              default="«hex:40»")
-@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
-@click.option("--password", prompt="Please enter your password", envvar="DWH_PASSWORD")
-@click.option("--token", envvar="API_TOKEN", help="Token for the API (see https://docs.corp.local/token)")
 def cli(password, api_key): ...
#--- dataclass_defaults/model.py
 from dataclasses import dataclass, field
 from pydantic import BaseModel, Field, SecretStr
 @dataclass
 class Settings:
     host: str = "srv01"
+    password: str = "Xaver1975"
+    api_token: str = field(default="«base62:40»")
-    password_file: str = "/run/secrets/dwh"
 class Model(BaseModel):
+    client_secret: SecretStr = SecretStr("fuB~8Qk2-xx19Lm.Zt")
+    passphrase: str = Field(default="Donaudampf!23", description="passphrase of the key")
-    password: SecretStr = Field(..., description="Password of the loader")
-    token: Optional[str] = Field(None, title="Access token")
#--- calls_positional/transfer.py
 from ftplib import FTP, FTP_TLS
 import requests, smtplib, pymssql, pymysql, cx_Oracle
+ftp = FTP("ftp.partner.de", "acme", "kJ8mmw2x")
+ftp.login("acme", "Sommer!2020")
+smtp.login("mailer@corp.de", "Post&Paket9")
+r = requests.get(url, auth=("svc_report", "Rz6pmlK3"))
+r = requests.get(url, auth=HTTPBasicAuth("svc_report", "wq92LLzp"))
+conn = pymssql.connect("srv01", "loader", "Elbe_1842!", "dwh")
+conn = pymysql.connect("10.1.2.3", "root", "toor99Xy", "shop")
+conn = cx_Oracle.connect("scott", "Ora7leXe", "dwh-scan/ORCL")
+ssh.connect("edge01", 22, "deploy", "n4chtSchicht")
-ftp = FTP(host, user, password)
-ftp.login(user, password)
-r = requests.get(url, auth=(user, password))
-r = requests.get(url, auth=HTTPBasicAuth(settings.user, settings.password))
-conn = sqlite3.connect("warehouse_2024.db")
-ssh.connect("edge01.corp.local", username=user, key_filename="/home/etl/.ssh/id_rsa")
-app.connect("clicked", self.on_login)
-auth=("user", "pass")
-client.login("admin", get_password())
#--- comparisons/portal.py
+if password == "Sesam0effne!":
     unlock()
+if request.form["pw"] == 'x8Hq2-pp':
     return True
+if token != "«base62:32»":
     abort(401)
+if "rQ8!mvz2" == password:
     pass
-if password == "":
     raise ValueError("password is empty")
-if password == confirm_password:
     save()
-if token == "STRING":
     advance()
-if key == "password":
     continue
-elif token.type == "IDENTIFIER_2":
     pass
-assert password != "password"
#--- dicts/payload.py
 payload = {
     "username": "svc_api",
+    "password": "Truthahn#12",
-    "grant_type": "password",
-    "token_type": "Bearer",
+    "client_secret": "«base62:40»",
-    "client_id": "6a1f9d3e-3c42-4d8f-9a61-55ab0f1d2c3e",
-    "password": password,
-    "token": os.environ["TOKEN"],
 }
+headers = {"Authorization": "Bearer «base62:48»"}
+headers = {"X-API-Key": "«hex:32»"}
-headers = {"Authorization": f"Bearer {token}"}
-headers = {"Authorization": "Bearer " + get_token()}
+config["db"]["password"] = "oK92jdLw"
+os.environ["PGPASSWORD"] = "Dach§Boden7"
+params = dict(user="x", passwd="Tee&Kanne4")
-params = dict(user="x", passwd=pw)
-labels = {"password": "Password", "token": "Token", "secret": "Secret"}
-errors = {"password": "Password must have at least 8 characters"}
#--- known_tokens/clients.py
+client = Github("«github»")
+gl = gitlab.Gitlab("https://git.corp.de", private_token="«gitlab»")
+slack = WebClient("«slack»")
+session = boto3.Session("«aws_id»", "«b64:30»")
+openai.api_key = "«openai»"
+stripe.api_key = "«stripe»"
+sg = SendGridAPIClient("«sendgrid»")
+spark.conf.set("token", "«databricks»")
+bot = Bot("«telegram»")
+requests.post("https://hooks.slack.com/«slackhook»", json=m)
+maps = "https://maps.googleapis.com/maps/api/js?key=«google»"
+jwt_token = "«jwt»"
-example = "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
-aws_access_key_id = "AKIAIOSFODNN7EXAMPLE"
-aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
-stripe.api_key = "sk_test_..."
#--- digests/manifest.py
-SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
-COMMIT = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
-etag = "5d41402abc4b2a76b9719d911017c592"
-cache_key = "5d41402abc4b2a76b9719d911017c592"
-run_id = "0b5e7f0e-7b9c-4f2a-9d51-0c9b7d3c1c2a"
-token_id = "0b5e7f0e-7b9c-4f2a-9d51-0c9b7d3c1c2a"
-password_digest = "sha256:9f86d081884c7d659a2feaa0c55ad015"
-expected_password_hash = "$2b$12$KIXQ4x9Yz1uVwW3u1zq7IuO8m7qT9b8c1d2e3f4g5h6i7j8k9l0mn"
-integrity = "sha512-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08=="
-PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGq3xV9dTn1l4v0aV8bW2m6H5k4j3h2g1f0e9d8c7b6a etl@corp"
#--- vectors/test_crypto.py
 # test vectors of RFC 6070
-password = "passwordPASSWORDpassword8a2"
-secret = "kJ8hw2Lm1"  # dummy, not a real secret
 # fake credentials
-api_key = "8f3b2a1c9d0e4f5a6b7c8d9e0f1a2b3c"
-dummy_password = "Xy8!kdl2"
+password = "Echt!Geheim9"
#--- tests_with_secret/tests/test_api.py
 def test_login():
+    response = client.post("/login", json={"user": "qa", "password": "Qa!Umgebung3"})
-    response = client.post("/login", json={"user": "qa", "password": "wrong"})
-    assert "password" not in response.text
-    user = User("bob", password="test")
#--- logging_words/ui.py
-print("Enter password:")
-logger.info("token: refreshed at %s", now)
-raise ValueError("Invalid password: must contain 1 digit")
-label = "Password (min. 8 characters)"
-st.text_input("Password", type="password", key="pw_input_1")
-st.text_input("API key", key="api_key_input", placeholder="sk-...")
-flash("Your password has been reset.")
-TOKEN_PATTERN = r"^[A-Za-z0-9]{32}$"
-password_regex = "^(?=.*[A-Z])(?=.*\d).{8,}$"
-HELP = "password: the password of the database user (default: env DB_PASSWORD)"
-tokens = tokenizer.encode("hello world 2024")
-max_tokens = 4096
-token = "eyJ..."
#--- docstrings/helper.py
 def connect(user, password):
     """Connect to the warehouse.

-    password: the password of the user, see vault:dwh/loader
-    token (str): token of the API, 32 characters
+    Until the vault is there use loader / Pw: Zug!Spitze8
     """
+    # old password: Zug!Spitze7
+    # password = "alt3sPasswort"
-    # password = getpass()
-    # the password comes from load_config()
#--- concatenation/join.py
+password = "Spree" + "Wald" + "2020!"
+token = ("«base62:20»"
          "«base62:20»")
-password = prefix + suffix
-url = "https://" + user + ":" + password + "@host"
#--- env_file/.env
 DB_HOST=srv01
 DB_USER=loader
+DB_PASSWORD=Nr7!bwQm
+API_KEY=«hex:32»
+export SMTP_PASS='Post#Horn5'
+AWS_SECRET_ACCESS_KEY=«b64:30»
-DB_PASSWORD_FILE=/run/secrets/db_password
-SECRET_KEY=${SECRET_KEY}
-REDIS_PASSWORD=
-TOKEN_TTL=3600
-PASSWORD_MIN_LENGTH=12
-API_KEY=your-api-key-here
-S3_KEY_PREFIX=exports/2024
-# DB_PASSWORD=<set me>
+# DB_PASSWORD=Alt!Wert22
#--- env_example/.env.example
-DB_PASSWORD=changeme
-API_KEY=xxxxxxxxxxxxxxxx
-SECRET_KEY=replace-me-with-a-long-random-string
-JWT_SECRET=your_jwt_secret
-SMTP_PASSWORD=********
#--- compose/docker-compose.yml
 services:
   db:
     image: postgres:15@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
     environment:
       POSTGRES_USER: dwh
+      POSTGRES_PASSWORD: Klee4Blatt
-      POSTGRES_PASSWORD_FILE: /run/secrets/pg
   sql:
     environment:
+      - SA_PASSWORD=Strong(!)Kohl77
+      - "MSSQL_SA_PASSWORD=Kuehl!Schrank9"
-      - SA_PASSWORD=${SA_PASSWORD}
+      - ADMIN_PW=${ADMIN_PW:-Bohnen_7Kaffee}
-      - ADMIN_PW=${ADMIN_PW:?set it}
   app:
+    command: ["app", "--password", "Zimt!Stern3"]
-    command: ["app", "--password-file", "/run/secrets/app"]
 secrets:
   pg:
     file: ./secrets/pg.txt
#--- kubernetes/secret.yaml
 apiVersion: v1
 kind: Secret
 metadata:
   name: dwh-login
 type: Opaque
 data:
   username: ZXRsX3VzZXI=
+  password: «enc:Kiesel!Stein4»
+  connection: «enc:Server=a;Pwd=9Kq!mm»
 ---
 apiVersion: v1
 kind: Secret
 stringData:
+  sa-password: Hagel_Korn!8
-  host: db.corp.local
 ---
 apiVersion: external-secrets.io/v1beta1
 kind: ExternalSecret
 spec:
   data:
-    - secretKey: password
       remoteRef:
-        key: prod/dwh/password
-        property: password
#--- k8s_env/deployment.yaml
         env:
         - name: DB_PASSWORD
+          value: "Bach!Lauf66"
         - name: API_TOKEN
           valueFrom:
             secretKeyRef:
-              name: api-token
-              key: token
-        - name: SECRET_NAME
-          value: dwh-login-2024
#--- kestra_flow/flow.yml
 id: daily_sales
 namespace: company.dwh
 variables:
-  password: "{{ secret('DWH_PASSWORD') }}"
 tasks:
   - id: query
     type: io.kestra.plugin.jdbc.sqlserver.Query
     url: jdbc:sqlserver://srv01:1433;databaseName=dwh
     username: loader
+    password: Wolken!Bruch5
   - id: safe
-    password: "{{ secret('DB_PW') }}"
-    accessKeyId: "{{ envs.aws_key }}"
   - id: http
     headers:
+      Authorization: "Basic «enc:report:Tal!Sperre8»"
-      Authorization: "Bearer {{ secret('TOKEN') }}"
-  - id: password_check
#--- airflow/connections.yaml
 dwh:
   conn_type: mssql
   login: loader
+  password: fH2!vv9kLq
+  conn_uri: mssql://loader:fH2vv9kLq@srv01:1433/dwh
-  extra: '{"keyfile_path": "/opt/keys/gcp.json"}'
#--- ansible/vars.yml
+mssql_sa_password: "Erd!Beere44"
-vault_password: !vault |
-  $ANSIBLE_VAULT;1.1;AES256
-password: "{{ vault_mssql_password }}"
-db_password: "{{ lookup('env', 'DB_PASSWORD') }}"
-no_log: true
-admin_password_length: 20
#--- sops/secrets.enc.yaml
-password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]
-token: ENC[AES256_GCM,data:8as8ksx21kQ==,iv:aa=,aad:bb=,tag:cc=]
#--- yaml_block/config.yaml
 database:
   user: loader
   password: >-
+    Feder!Leicht90
-  password_policy: "min 12 chars"
 ssh:
   key: |
+    -----BEGIN OPENSSH PRIVATE KEY-----
     b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
     QyNTUxOQAAACBhR8q3xYz7p4KbV1mT0cL5sN9wE2uG6oJ4dH8iF3kQ1AAAAJhV7pZ1
     -----END OPENSSH PRIVATE KEY-----
-cert: |
-    -----BEGIN CERTIFICATE-----
     MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
     -----END CERTIFICATE-----
#--- toml/config.toml
 [database]
 user = "loader"
+password = "Haus!Meister12"
+token = "«base62:40»"
-password_env = "DWH_PASSWORD"
-password = "${DWH_PASSWORD}"
-key = "order_id"
 [tool.x]
-token-file = "~/.config/token"
-hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#--- ini/alembic.ini
 [alembic]
+sqlalchemy.url = postgresql://dwh:Nuss_Baum3@db01/dwh
-sqlalchemy.url = driver://user:pass@localhost/dbname
 [smtp]
+password = Kreide!Fels2
+pass: Weg!Weiser5
-password = %(DB_PASSWORD)s
-password_file = /etc/pw
+; password = Alte!Burg9
 [dsn]
+PWD=tR7kk2mQ
#--- pypirc/.pypirc
 [pypi]
 username = __token__
+password = «pypi»
 [corp]
 username = ci
+password = Laub!Baum17
#--- npmrc/.npmrc
 registry=https://npm.corp.local/
+//npm.corp.local/:_authToken=«npm»
+//npm.corp.local/:_password=«enc:Wald!Meister8»
+_auth=«enc:ci:Moor!Huhn21»
-//npm.corp.local/:_authToken=${NPM_TOKEN}
-always-auth=true
#--- docker_config/.docker/config.json
 {"auths": {"registry.corp.local": {
+  "auth": "«enc:ci:Quell!Wasser3»"
 }},
-"credsStore": "desktop"}
#--- netrc/.netrc
+machine ftp.partner.de login acme password Kirsch!Kern6
 machine git.corp.local
   login ci
+  password Blatt!Laus7
#--- pgpass/.pgpass
+db01.corp.local:5432:dwh:loader:Ahorn!Blatt4
+*:*:*:postgres:Fichte77
-# hostname:port:database:username:password
#--- htpasswd/.htpasswd
+report:$apr1$x8Kq2mzL$9fTz1Qw8eR5tY7uI2oP3a0
#--- git_credentials/.git-credentials
+https://ci-bot:«gitlab»@git.corp.de
#--- shell_commands/load.sh
 #!/bin/bash
+sqlcmd -S srv01 -U loader -P 'Tanne!Zapfen2' -i load.sql
+sqlcmd -S srv01 -U loader -P Tanne_Zapfen3 -Q "select 1"
+bcp dwh.dbo.orders out orders.csv -c -S srv01 -U loader -P Buche!Wald4
+mysql -h db02 -u root -pKiefer88 shop < dump.sql
+mysqldump --user=root --password=Kiefer89 shop > dump.sql
+PGPASSWORD=Eiche_Wald5 psql -h db01 -U loader dwh
+export PGPASSWORD="Eiche_Wald6"
+curl -u svc:Birke!Rinde7 https://api.corp.local/orders
+curl --user "svc:Birke!Rinde8" https://api.corp.local/orders
+curl -H "Authorization: Bearer «base62:40»" https://api.corp.local
+curl -H 'X-Api-Key: «hex:32»' https://api.corp.local
+curl -d "user=x&password=Lind3nBaum" https://portal.corp.local/login
+sshpass -p 'Weide!Kaetzchen9' scp orders.csv etl@edge01:/in/
+docker login -u ci -p Erle_Bruch1 registry.corp.local
+redis-cli -h cache -a Ulme!Blatt2 flushall
+echo "Pappel!Allee3" | sudo -S systemctl restart etl
+az login --service-principal -u app -p «base62:34» --tenant t
+lftp -u acme,Hasel!Nuss4 sftp://ftp.partner.de
+smbclient //files/share -U 'corp\svc%Esche!Holz5'
+ldapsearch -x -D cn=svc -w Rose!Dorn6 -b dc=corp
+unzip -P Nelke!Duft7 archive.zip
+7z x -pTulpe!Zwiebel8 archive.7z
+gpg --batch --passphrase "Lilie!Tal9" -d file.gpg
+sqlplus etl/Ora!Distel1@dwh @load.sql
+wget --user=acme --password='Mohn!Feld2' https://files.partner.de/x.zip
-sqlcmd -S srv01 -U loader -P "$SQL_PASSWORD" -i load.sql
-sqlcmd -S srv01 -E -i load.sql
-mysql -h db02 -P 3306 -u root -p shop
-mysql --defaults-extra-file=/etc/mysql/etl.cnf shop
-curl -u "$USER:$PASS" https://api.corp.local
-curl -H "Authorization: Bearer $TOKEN" https://api.corp.local
-PGPASSWORD="$(vault read -field=pw secret/dwh)" psql
-psql -h db01 -p 5432 -U loader
-docker run -p 8080:80 -e POSTGRES_PASSWORD_FILE=/run/secrets/pg app
-mkdir -p /data/in/2024
-read -s -p "Password: " password
-docker login -u ci --password-stdin registry.corp.local
-ssh -p 2222 etl@edge01
-git commit -m "reset password of loader (#123)"
#--- shell_vars/env.sh
+DB_PASSWORD='Krokus!Wiese3'
+export API_TOKEN=«base62:32»
+PASSWORD=${PASSWORD:-Veilchen22}
-DB_PASSWORD=$(cat /run/secrets/db)
-DB_PASSWORD=$1
-export TOKEN="${TOKEN}"
-if [ -z "$PASSWORD" ]; then echo "PASSWORD is not set"; fi
-PASSWORD_FILE=/etc/etl/pw
#--- powershell/Deploy.ps1
+$password = "Enzian!Blau4"
+$secure = ConvertTo-SecureString "Edel!Weiss5" -AsPlainText -Force
+Invoke-Sqlcmd -ServerInstance srv01 -Username loader -Password "Alm!Rausch6" -Query "select 1"
+$env:API_KEY = "«hex:32»"
-$password = Read-Host -AsSecureString "Password"
-$password = $env:SQL_PASSWORD
-Invoke-Sqlcmd -ServerInstance srv01 -Credential $cred
-param([string]$Password, [int]$TokenLifetime = 60)
#--- batch/load.bat
+set SQLPWD=Berg!Huette7
+bcp dwh.dbo.x in x.csv -S srv01 -Usa -PSee!Ufer8 -c
+net use Z: \\files\share Steg!Bad9 /user:corp\svc
-set PWD_FILE=C:\etl\pw.txt
-bcp dwh.dbo.x in x.csv -S srv01 -T -c
-sqlcmd -S srv01 -U %SQLUSER% -P %SQLPWD%
#--- dockerfile/Dockerfile
 FROM python:3.11
+ENV DB_PASSWORD=Ufer!Weg1
+ENV API_TOKEN «base62:32»
+ARG NPM_TOKEN=«npm»
-ENV DB_PASSWORD_FILE=/run/secrets/db
-ARG NPM_TOKEN
-RUN --mount=type=secret,id=pip_token pip install -r requirements.txt
#--- python_commands/shell_out.py
 import subprocess, os
+subprocess.run(["sqlcmd", "-S", server, "-U", "loader", "-P", "Deich!Graf2", "-i", path])
+os.system("mysql -u root -pDuene77 shop < dump.sql")
+subprocess.check_call(f"bcp {table} out {path} -S srv01 -U loader -P Moewe!Nest3 -c", shell=True)
+subprocess.run("curl -u svc:Krabbe_Kutter4 https://api.corp.local", shell=True)
+env = dict(os.environ, PGPASSWORD="Watt!Wurm5")
-subprocess.run(["sqlcmd", "-S", server, "-U", user, "-P", password])
-subprocess.run(["mkdir", "-p", "data/2024_01"])
-os.system(f"mysql -u root -p{password} shop")
#--- sql_users/users.sql
+CREATE LOGIN etl_loader WITH PASSWORD = N'Hai!Fisch6', CHECK_POLICY = OFF;
+ALTER LOGIN sa WITH PASSWORD = 'Wal!Fang7';
+CREATE USER report IDENTIFIED BY 'Rochen!Riff8';
+CREATE USER report IDENTIFIED BY "Qualle!Meer9";
+ALTER USER report IDENTIFIED BY Krake2024;
+CREATE ROLE loader LOGIN PASSWORD 'Robbe!Bank1';
+ALTER ROLE loader WITH ENCRYPTED PASSWORD 'Otter!Bau2';
+SET PASSWORD FOR 'etl'@'%' = PASSWORD('Biber!Damm3');
+GRANT ALL ON shop.* TO 'app'@'%' IDENTIFIED BY 'Dachs!Hoehle4';
+SELECT * FROM OPENROWSET('SQLNCLI', 'srv02';'sa';'Fuchs!Bau5', 'select 1');
+EXEC sp_addlinkedsrvlogin 'SRV02', 'false', NULL, 'loader', 'Luchs!Ohr6';
+EXEC sp_addlogin 'etl', 'Wolf!Rudel7';
+CREATE CREDENTIAL azure WITH IDENTITY = 'SHARED ACCESS SIGNATURE', SECRET = 'sv=2022-11-02&sig=«sig»';
+OPEN SYMMETRIC KEY k DECRYPTION BY PASSWORD = 'Baer!Hoehle8';
-CREATE LOGIN etl_loader WITH PASSWORD = '$(EtlPassword)';
-CREATE USER report IDENTIFIED BY '&password';
-ALTER USER report IDENTIFIED BY :password;
-CREATE LOGIN [CORP\etl] FROM WINDOWS;
-CREATE TABLE users (id INT, password_hash VARBINARY(64), token VARCHAR(36));
-ALTER TABLE orders ADD CONSTRAINT pk_orders PRIMARY KEY (order_id);
-SELECT password, token FROM users WHERE name = 'x';
-UPDATE users SET password = @password WHERE id = 7;
#--- sql_rows/seed.sql
 INSERT INTO app_users (id, name, password, email) VALUES
+(1, 'anna', 'Hirsch!Kuh9', 'anna@corp.de'),
+(2, 'bernd', 'Reh!Kitz10', 'b@corp.de');
+INSERT INTO api_clients (name, api_key) VALUES ('shop', '«hex:32»');
+UPDATE users SET password = 'Elch!Geweih1' WHERE id = 7;
+SELECT * FROM users WHERE login = 'x' AND password = 'Gams!Bart2';
-INSERT INTO settings (name, value) VALUES ('password_min_length', '12');
-INSERT INTO orders (id, sort_key, note) VALUES (1, 'A-2024', 'token ring adapter');
-INSERT INTO users (name, password) VALUES (?, ?);
-INSERT INTO users (name, password_hash) VALUES ('x', '9f86d081884c7d659a2feaa0c55ad015');
#--- sql_python/migrate.py
+cur.execute("CREATE USER report IDENTIFIED BY 'Igel!Laub3'")
+cur.execute("ALTER LOGIN loader WITH PASSWORD = 'Maus!Loch4'")
+cur.execute("INSERT INTO users (name, password) VALUES ('admin', 'Ratte!Bau5')")
-cur.execute("INSERT INTO users (name, password) VALUES (?, ?)", (name, pw))
-cur.execute(f"ALTER LOGIN loader WITH PASSWORD = '{password}'")
#--- german/einstellungen.py
+passwort = "Kater!Karlo6"
+kennwort = 'Huhn!Stall7'
+zugang_auth = ("loader", "Gans!Feder8")
-passwort = input("Passwort: ")
-kennwort_datei = "C:/etl/kennwort.txt"
#--- german_text/hinweise.md
+Das Passwort lautet Ente!Teich9 und gilt bis Ende des Jahres.
+Kennwort: Schwan!See10
-Das Passwort bitte beim Admin erfragen.
-Passwort: siehe Tresor
#--- languages/config.yaml
+contraseña: Toro!Rojo11
+mot_de_passe: Lapin!Vert12
+senha: Gato!Preto13
+wachtwoord: Fiets!Pad14
+hasło: Zielony!Kot15
+пароль: Zima!2023
+密码: Xm92!kdp
+"mot de passe": "Soleil!Bleu16"
-contraseña: ${DB_PASSWORD}
-mot_de_passe: "<mot de passe>"
-senha: "{{ secret('SENHA') }}"
#--- languages_code/conexion.py
+contrasena = "Vaca!Verde17"
+clave = "Perro_Azul18"
+mdp = "Chat!Noir19"
+senha = "Cao!Branco20"
-contrasena = os.environ["CONTRASENA"]
-clave = "cliente_id"
-mdp = markov_decision_process(3)
#--- prose/runbook.md
 # Runbook
+The password of the loader is Regal!Brett1.
+Log in with `loader` / password `Tisch!Bein2`.
+PW: Stuhl!Lehne3
+user: report, password: Sofa!Kissen4
+Run `sqlcmd -S srv01 -U sa -P Bett!Decke5` and wait.
+The API token is `«base62:32»`.
-The password is stored in the vault.
-Password: ask the on-call engineer
-Set `DB_PASSWORD` in `.env` before you start.
-Run `sqlcmd -S srv01 -U <user> -P <password>`.
-Your token is shown once; copy it.
-export API_KEY=<your key>
-The secret is mounted at /run/secrets/dwh.
-password: must have 12 characters
#--- tables/access.md
 | system | user | password |
 | --- | --- | --- |
+| dwh | loader | Lampe!Schirm6 |
+| crm | report | Teppich!Kante7 |
-| erp | etl | see vault |

 | key | meaning |
 | --- | --- |
-| password_policy | minimum 12 |
-| token | Bearer |

 | Setting | Value |
 |---|---|
+| Password | Vorhang!Stange8 |
-| Password length | 12 |
#--- csv_users/users.csv
 id;login;password;role
+1;anna;Fenster!Brett9;admin
+2;bernd;Tuer!Klinke1;user
-3;carla;;user
#--- csv_plain/tokens.csv
 token,count
-select,120
-from,98
-where_2,12
#--- query_keys/fetch.py
+url = "https://api.weather.de/v1/day?city=Kiel&apikey=«hex:32»"
+url = "https://api.corp.de/export?access_token=«base62:40»&format=csv"
+blob = "https://dwh.blob.core.windows.net/in/x.csv?sv=2022-11-02&sp=r&sig=«sig»"
+fn = "https://dwh.azurewebsites.net/api/run?code=«b64:40url»"
-url = f"https://api.weather.de/v1/day?apikey={key}"
-url = "https://api.weather.de/v1/day?apikey=YOUR_KEY"
-url = "https://example.com/?sort_key=created&page_token=next"
#--- terraform/main.tf
 resource "azurerm_mssql_server" "dwh" {
   administrator_login          = "dwhadmin"
+  administrator_login_password = "Keller!Treppe2"
-  administrator_login_password = var.sql_password
 }
 variable "sql_password" {
   type    = string
+  default = "Dach!Ziegel3"
 }
 variable "api_token" {
   type      = string
-  sensitive = true
 }
-data "azurerm_key_vault_secret" "pw" { name = "dwh-sql-password" }
+  access_key = "«aws_id»"
+  secret_key = "«b64:30»"
#--- tfvars/prod.tfvars
+db_password = "Mauer!Stein4"
-db_password_secret_name = "prod-db-password"
#--- xml/web.config
 <configuration>
+  <add key="SqlPassword" value="Ziegel!Dach5" />
+  <add name="dwh" connectionString="Server=srv01;Database=dwh;User Id=etl;Password=Balken!Holz6;" />
-  <add key="PasswordMinLength" value="12" />
-  <publicKeyToken>b77a5c561934e089</publicKeyToken>
-  <add assembly="System.Web, Version=4.0.0.0, PublicKeyToken=31bf3856ad364e35" />
 </configuration>
#--- maven/settings.xml
 <server>
   <username>ci</username>
+  <password>Nagel!Kopf7</password>
-  <password>${env.CI_PASSWORD}</password>
-  <passphrase></passphrase>
 </server>
#--- properties/application.properties
+spring.datasource.password=Hammer!Stiel8
+jwt.secret=«base62:40»
-spring.datasource.password=${DB_PASSWORD}
-server.ssl.key-store=classpath:keystore.p12
-management.endpoint.keys.sanitize=password,token
-spring.jpa.properties.hibernate.id.new_generator_mappings=true
#--- json_config/config.json
 {
   "user": "loader",
+  "password": "Zange!Griff9",
+  "apiKey": "«hex:40»",
-  "tokenEndpoint": "https://login.corp.de/token",
-  "passwordField": "pwd",
-  "primaryKey": "order_id",
-  "keys": ["order_id", "line_no"],
-  "secretRef": "dwh-login",
-  "password": "",
-  "password": null,
-  "password": "********"
 }
#--- json_nested/parameters.json
 {
   "adminPassword": {
+    "value": "Saege!Blatt1"
   },
   "sqlPassword": {
     "reference": {
-      "secretName": "sql-password"
     }
   }
 }
#--- gcp_key/service.json
 {
   "type": "service_account",
-  "private_key_id": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
+  "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7x9Kq\n-----END PRIVATE KEY-----\n",
-  "token_uri": "https://oauth2.googleapis.com/token"
 }
#--- keys_pem/id_rsa
+-----BEGIN RSA PRIVATE KEY-----
 MIIEpAIBAAKCAQEA7x9Kq3mZp1vT5wYb8cD2eF4gH6iJ8kL0mN2oP4qR6sT8uV0w
 -----END RSA PRIVATE KEY-----
#--- keys_check/scan.py
-if "-----BEGIN RSA PRIVATE KEY-----" in text:
     found = True
-MARKER = "-----BEGIN PRIVATE KEY-----"
-PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA7x9Kq3mZp1vT5wYb8cD2\n-----END PUBLIC KEY-----"
#--- putty/deploy.ppk
 PuTTY-User-Key-File-2: ssh-rsa
 Encryption: none
 Comment: deploy
 Public-Lines: 2
 AAAAB3NzaC1yc2EAAAABJQAAAQEAx9Kq3mZp1vT5wYb8cD2eF4gH6iJ8kL0mN2oP
+Private-Lines: 2
 AAABAQC7x9Kq3mZp1vT5wYb8cD2eF4gH6iJ8kL0mN2oP4qR6sT8uV0wX2yZ4aB6c
#--- lock/poetry.lock
-hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
-content-hash = "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"
-token = "5d41402abc4b2a76b9719d911017c592"
#--- github_actions/.github/workflows/ci.yml
 env:
-  DB_PASSWORD: ${{ secrets.DB_PASSWORD }}
+  SNOWFLAKE_PASSWORD: Schrank!Wand2
 jobs:
   build:
     steps:
-    - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3
       with:
-        token: ${{ secrets.GITHUB_TOKEN }}
-        key: ${{ runner.os }}-pip-${{ hashFiles('**/requirements.txt') }}
-    - run: docker login -u ci -p ${{ secrets.REGISTRY_PASSWORD }} registry.corp.local
+    - run: docker login -u ci -p Truhe_Deckel3 registry.corp.local
+    - run: echo "machine git.corp.local login ci password Koffer_Raum4" >> ~/.netrc
#--- dbt/profiles.yml
 dwh:
   outputs:
     dev:
       type: sqlserver
       user: dbt
+      password: Tasche!Gurt5
     prod:
-      password: "{{ env_var('DBT_PASSWORD') }}"
-      authentication: ActiveDirectoryMsi
#--- singer/config.json
 {
   "start_date": "2024-01-01T00:00:00Z",
+  "refresh_token": "«base62:64»",
+  "client_secret": "«hex:40»",
-  "client_id": "123456789-abc.apps.googleusercontent.com",
-  "replication_key": "updated_at"
 }
#--- snowflake/snowsql.cnf
 [connections]
 accountname = xy12345.eu-central-1
+password = "Ruck!Sack6"
-private_key_path = /etc/keys/rsa_key.p8
-authenticator = externalbrowser
#--- weak/quick.py
+conn = pyodbc.connect("DRIVER={SQL Server};SERVER=srv01;UID=sa;PWD=sa")
+engine = create_engine("mssql+pymssql://sa:Passw0rd@srv01/dwh")
+password = "P@ssw0rd"
+db_password = "Welcome1"
+password = "admin123"
-password = "password"
-password = "secret"
-password = "test"
#--- flask/app.py
+app.config["SECRET_KEY"] = "dh38-kk2p-99xz-q1"
+app.secret_key = b"_5#y2L-F4Q8z\n\xec]/"
-app.config["SECRET_KEY"] = os.urandom(24)
-app.config["SESSION_COOKIE_NAME"] = "dwh_session_2"
+fernet = Fernet(b"«b64:32url»")
+jwt.encode(payload, "kd8Hw!22xLqp9Zvb", algorithm="HS256")
-jwt.encode(payload, settings.secret, algorithm="HS256")
#--- notebook/analysis.ipynb
    "source": [
+    "conn = pyodbc.connect(\"DRIVER={SQL Server};SERVER=srv01;UID=ana;PWD=Hut!Krempe7\")\n",
+    "password = \"Schal!Wolle8\"\n",
-    "password = getpass()\n",
-    "password = os.environ[\"PW\"]\n"
    ]
#--- javascript/client.js
+const password = 'Mantel!Knopf9';
+const client = new Client({ user: 'x', password: 'Hemd!Kragen1', apiKey: `«hex:32»` });
-const password = process.env.DB_PASSWORD;
-const token = localStorage.getItem('token');
-<input type="password" placeholder="Password" id="password_2" name="password">
-const key = 'customer-2024-01';
#--- php/config.php
+define('DB_PASSWORD', 'Rock!Saum2');
+$config['password'] = 'Hose!Bein3';
+'password' => 'Jacke!Naht4',
-define('DB_PASSWORD', getenv('DB_PASSWORD'));
-'password' => env('DB_PASSWORD', ''),
#--- csharp/Program.cs
+var cred = new NetworkCredential("svc", "Stiefel!Sohle5");
+string password = "Schuh!Band6";
+builder.Password = "Socke!Loch7";
-string password = Environment.GetEnvironmentVariable("PW");
-public string Password { get; set; }
#--- go/main.go
+	password := "Handschuh!Finger8"
+	const apiToken = "«base62:40»"
-	password := os.Getenv("PASSWORD")
-	flag.StringVar(&password, "password", "", "password of the database")
#--- java/Db.java
+Connection c = DriverManager.getConnection(url, "etl", "Muetze!Bommel9");
+private static final String PASSWORD = "Guertel!Schnalle1";
-private static final String PASSWORD_PROPERTY = "db.password";
-String pw = System.getenv("DB_PASSWORD");
+props.setProperty("password", "Kette!Glied2");
#--- email/mail.txt
 Hi Tom,
+the new password for the reporting account is Ring!Finger3
+login: report / Armband!Uhr4
-please change your password within 30 days.
-Your token expires on 2024-05-01.
 Best, Anna
#--- comment_marks/notes.sql
+-- login loader, password Brille!Glas5
+/* pwd: Ohrring!Perle6 */
-- password is in the vault
--- token column holds 36 characters
'''

_WANTED = re.compile("«([^»]*)»")
_ALPHABETS = {
    "hex": "0123456789abcdef",
    "base62": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "rand": "abcdefghijklmnopqrstuvwxyz0123456789!@#%^&*(-_=+)",
}
_ISSUED = {
    "github": ("gh" "p_", "base62", 36), "gitlab": ("gl" "pat-", "base62", 20), "aws_id": ("AK" "IA", "upper", 16),
    "openai": ("s" "k-proj-", "base62", 48), "stripe": ("sk" "_live_", "base62", 24), "databricks": ("da" "pi", "hex", 32),
    "google": ("AI" "za", "base62", 35), "npm": ("np" "m_", "base62", 36),
    "pypi": ("py" "pi-", "base62", 60), "hf": ("h" "f_", "base62", 34),
}  # fmt: skip


class Sample(NamedTuple):
    """A file with labels by line: True a secret, False a look-alike, None neither."""

    name: str
    path: str
    text: str
    labels: tuple[bool | None, ...]


def _made_up(chance: random.Random, wanted: str) -> str:
    """A secret of the wanted form, from parts."""

    def signs(alphabet: str, size: int) -> str:
        return "".join(chance.choice(_ALPHABETS[alphabet]) for _ in range(size))

    kind, _, detail = wanted.partition(":")
    if not wanted:  # «» only parts what would have the form of an issued token
        return ""
    if kind in _ISSUED:
        start, alphabet, size = _ISSUED[kind]
        return start + signs(alphabet, size)
    if kind == "enc":
        return base64.b64encode(detail.encode()).decode()
    if kind == "b64":
        size = int(re.match(r"\d+", detail)[0])  # type: ignore[index]
        data = chance.randbytes(size)
        return (base64.urlsafe_b64encode(data) if detail.endswith("url") else base64.b64encode(data)).decode()
    if kind == "sig":
        return base64.b64encode(chance.randbytes(32)).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    if kind == "slack":
        return "xo" + "xb-" + signs("hex", 11).translate(str.maketrans("abcdef", "123456")) + "-" + signs("base62", 24)
    if kind == "slackhook":
        return "services/T" + signs("upper", 8) + "/B" + signs("upper", 8) + "/" + signs("base62", 24)
    if kind == "sendgrid":
        return "SG" + "." + signs("base62", 22) + "." + signs("base62", 43)
    if kind == "telegram":
        return str(chance.randrange(10**8, 10**9)) + ":A" + "A" + signs("base62", 33)
    if kind == "jwt":
        head, body = (
            base64.urlsafe_b64encode(part).decode().rstrip("=")
            for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"etl","iat":1699999999}')
        )
        return f"{head}.{body}.{signs('base62', 43)}"
    return signs(kind, int(detail))


def _filled(chance: random.Random, wanted: re.Match[str]) -> str:
    return _made_up(chance, wanted[1])


def samples(text: str) -> Iterator[Sample]:
    """Read the samples of a corpus; the same name always makes the same secrets."""
    for block in re.split(r"(?m)^#--- ", text)[1:]:
        head, _, body = block.partition("\n")
        name, _, path = head.partition("/")
        chance = random.Random(zlib.crc32(name.encode()))  # noqa: S311 - made-up secrets
        lines = body.rstrip("\n").split("\n")
        labels = tuple({"+": True, "-": False}.get(line[:1]) for line in lines)
        filled = (_WANTED.sub(functools.partial(_filled, chance), line[1:]) for line in lines)
        yield Sample(name, path, "\n".join(filled) + "\n", labels)


SAMPLES = tuple(samples(SAMPLES_TEXT))


def is_held_out(name: str) -> bool:
    return zlib.crc32(name.encode()) % 4 == 0


class Figures(NamedTuple):
    right: int
    secrets: int
    alarms: int
    lookalikes: int
    wrong: list[str]

    @property
    def recall(self) -> float:
        return self.right / max(self.secrets, 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.alarms, 1)


def figures(chosen: Iterable[Sample]) -> Figures:
    """Count by line; a finding on a line with no label is a false alarm too."""
    right = secrets = alarms = lookalikes = 0
    wrong = []
    for sample in chosen:
        found = {each.line for each in find_secrets(sample.path, sample.text)}
        for number, label in enumerate(sample.labels, 1):
            secrets, lookalikes, alarms = secrets + (label is True), lookalikes + (label is False), alarms + (number in found)
            right += label is True and number in found
            if (label is True) != (number in found):
                place = f"{sample.name}/{sample.path}:{number}: {sample.text.splitlines()[number - 1].strip()}"
                wrong.append(f"{'missed' if label else 'false alarm'}: {place}")
    return Figures(right, secrets, alarms, lookalikes, wrong)


def parts() -> Iterator[tuple[str, list[Sample]]]:
    yield "tuned on", [sample for sample in SAMPLES if not is_held_out(sample.name)]
    yield "held out", [sample for sample in SAMPLES if is_held_out(sample.name)]
    for part in (
        "fresh",
        "hard",
        "round1",
        "round2",
        "round3",
        "round4",
        "round5",
        "round6",
        "round7",
        "round8",
        "round9",
        "round10",
        "round11",
        "round12",
        "round13",
        "round14",
        "round15",
        "round16",
        "round17",
        "round18",
    ):
        source = Path(__file__).with_name(f"secrets_{part}.txt")
        yield part, list(samples(source.read_text(encoding="utf-8")))


def described(result: Figures) -> str:
    recall = f"recall {result.right}/{result.secrets} = {result.recall:.1%}"
    return f"{recall}, precision {result.right}/{result.alarms} = {result.precision:.1%}, {result.lookalikes} look-alikes"


if __name__ == "__main__":
    for part, chosen in parts():
        result = figures(chosen)
        print(f"{part}: {described(result)}")
        if "--wrong" in sys.argv and (part == "tuned on" or "--all" in sys.argv):
            print(*result.wrong, sep="\n")
