-- Run once by the owner of the database, before the first `flask db upgrade`. The application's account reads and writes
-- rows but owns nothing; migrations take UPDATE and DELETE away from it where tables are append-only.
CREATE ROLE portal LOGIN;  -- then: ALTER ROLE portal PASSWORD '…', or certificate or peer authentication
GRANT USAGE, CREATE ON SCHEMA public TO portal;  -- CREATE: the number sequence of each new Hijri year
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO portal;
