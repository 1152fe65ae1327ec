-- The database of the release before (9b69542), as its own `migrate` made it, with a few made-up rows: pg_dump's plain
-- SQL without comments and settings. A superuser there had made the group "Night desk" and taken invite_profile from Sponsor.
-- Its keys are gone: what is sealed here nobody can open. It is read, and never edited.
SET check_function_bodies = false;
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.careid_event_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('careid.rotating', true) = 'on' AND pg_has_role(
        current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.authenticators_authenticator (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    external_id character varying(1400) NOT NULL,
    name character varying(40) NOT NULL,
    material bytea NOT NULL,
    details jsonb NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by character varying(80) NOT NULL,
    usable_from timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    state character varying(9) NOT NULL,
    state_reason character varying(40) NOT NULL,
    state_changed_at timestamp with time zone NOT NULL,
    profile_id bigint NOT NULL,
    CONSTRAINT authenticator_state_is_known CHECK (((state)::text = ANY ((ARRAY['active'::character varying, 'suspended'::character varying, 'revoked'::character varying])::text[]))),
    CONSTRAINT authenticator_stopped_has_a_reason CHECK ((((state)::text = 'active'::text) OR (NOT ((state_reason)::text = ''::text))))
);
CREATE TABLE public.authenticators_report (
    id bigint NOT NULL,
    authenticator_id uuid,
    token_hash bytea NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    closed_by character varying(80) NOT NULL,
    outcome character varying(20) NOT NULL,
    profile_id bigint NOT NULL,
    CONSTRAINT report_closed_has_an_outcome CHECK ((((closed_at IS NULL) AND ((outcome)::text = ''::text)) OR ((closed_at IS NOT NULL) AND (NOT ((outcome)::text = ''::text)))))
);
ALTER TABLE public.authenticators_report ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.authenticators_report_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);
ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);
ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);
ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.captcha_captchastore (
    id integer NOT NULL,
    challenge character varying(32) NOT NULL,
    response character varying(32) NOT NULL,
    hashkey character varying(40) NOT NULL,
    expiration timestamp with time zone NOT NULL
);
ALTER TABLE public.captcha_captchastore ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.captcha_captchastore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_event (
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    name character varying(40) NOT NULL,
    outcome character varying(10) NOT NULL,
    reason character varying(40) NOT NULL,
    actor character varying(80) NOT NULL,
    profile_id bigint,
    organisation character varying(12) NOT NULL,
    authenticator_id uuid,
    attempt_id uuid,
    reference character varying(7) NOT NULL,
    network character varying(50) NOT NULL,
    browser character varying(40) NOT NULL,
    request_id character varying(64) NOT NULL,
    details jsonb NOT NULL
);
ALTER TABLE public.careid_event ALTER COLUMN sequence ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_event_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_limitcount (
    id bigint NOT NULL,
    "limit" character varying(40) NOT NULL,
    subject bytea NOT NULL,
    until timestamp with time zone NOT NULL,
    count integer NOT NULL,
    CONSTRAINT careid_limitcount_count_check CHECK ((count >= 0))
);
ALTER TABLE public.careid_limitcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_limitcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_mail (
    id uuid NOT NULL,
    template character varying(40) NOT NULL,
    reference character varying(7) NOT NULL,
    content bytea,
    state character varying(8) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    not_after timestamp with time zone,
    allowed boolean NOT NULL,
    refusals smallint NOT NULL,
    settled_at timestamp with time zone,
    answer character varying(40) NOT NULL,
    profile_id bigint,
    CONSTRAINT careid_mail_refusals_check CHECK ((refusals >= 0)),
    CONSTRAINT mail_settled_is_wiped CHECK ((((content IS NOT NULL) AND ((state)::text = 'queued'::text)) OR ((NOT ((state)::text = 'queued'::text)) AND (content IS NULL))))
);
CREATE TABLE public.careid_organisation (
    id bigint NOT NULL,
    code character varying(12) NOT NULL,
    name character varying(200) NOT NULL,
    takes_part boolean NOT NULL,
    kinds_off character varying(20)[] NOT NULL,
    email_domains character varying(253)[] NOT NULL,
    ra_name character varying(200) NOT NULL,
    ra_email character varying(254) NOT NULL,
    ra_phone character varying(40) NOT NULL,
    ra_hours character varying(200) NOT NULL,
    nhsnet_beta boolean DEFAULT false NOT NULL,
    CONSTRAINT organisation_code_is_ods CHECK (((code)::text ~ '^[A-Z0-9]{2,12}$'::text))
);
ALTER TABLE public.careid_organisation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_organisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_organisation_staff (
    id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    user_id integer NOT NULL
);
ALTER TABLE public.careid_organisation_staff ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_organisation_staff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_profile (
    id bigint NOT NULL,
    user_id character varying(12) NOT NULL,
    given_name character varying(100) NOT NULL,
    family_name character varying(100) NOT NULL,
    email character varying(254),
    nino_fingerprint character varying(81),
    identity_level smallint NOT NULL,
    state character varying(6) NOT NULL,
    closed_reason character varying(40) NOT NULL,
    source character varying(20) NOT NULL,
    previous_email character varying(254),
    email_changed_at timestamp with time zone,
    nino_changed_at timestamp with time zone,
    user_handle bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organisation_id bigint NOT NULL,
    reported_at timestamp with time zone,
    invited_at timestamp with time zone,
    CONSTRAINT careid_profile_identity_level_check CHECK ((identity_level >= 0)),
    CONSTRAINT profile_closed_has_a_reason CHECK (((((closed_reason)::text = ''::text) AND ((state)::text = 'open'::text)) OR (((state)::text = 'closed'::text) AND (NOT ((closed_reason)::text = ''::text))))),
    CONSTRAINT profile_email_is_null_or_filled CHECK ((NOT (((email)::text = ''::text) AND (email IS NOT NULL)))),
    CONSTRAINT profile_identity_level_0_to_3 CHECK ((identity_level <= 3)),
    CONSTRAINT profile_nino_is_a_fingerprint CHECK (((nino_fingerprint IS NULL) OR ((nino_fingerprint)::text ~ '^[A-Za-z0-9]{1,16}:[0-9a-f]{64}$'::text))),
    CONSTRAINT profile_state_is_known CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[]))),
    CONSTRAINT profile_user_id_is_12_digits CHECK (((user_id)::text ~ '^[0-9]{12}$'::text))
);
ALTER TABLE public.careid_profile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_profile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.careid_seal (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    last bigint NOT NULL,
    count integer NOT NULL,
    form smallint NOT NULL,
    rotated bigint,
    key_id character varying(16) NOT NULL,
    mac bytea NOT NULL,
    CONSTRAINT careid_seal_count_check CHECK ((count >= 0)),
    CONSTRAINT careid_seal_form_check CHECK ((form >= 0))
);
CREATE TABLE public.careid_service (
    id bigint NOT NULL,
    name character varying(200) NOT NULL,
    address character varying(200) NOT NULL,
    description character varying(200) NOT NULL
);
ALTER TABLE public.careid_service ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.careid_service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.desk_app (
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    id uuid NOT NULL,
    key bytea NOT NULL,
    last_step bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    user_id integer NOT NULL
);
CREATE TABLE public.desk_invitation (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    user_id integer NOT NULL
);
ALTER TABLE public.desk_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.desk_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_otp_webauthn_webauthnattestation (
    id bigint NOT NULL,
    fmt character varying(255) NOT NULL,
    data bytea NOT NULL,
    client_data_json bytea CONSTRAINT django_otp_webauthn_webauthnattestati_client_data_json_not_null NOT NULL,
    credential_id bigint NOT NULL
);
ALTER TABLE public.django_otp_webauthn_webauthnattestation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_otp_webauthn_webauthnattestation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_otp_webauthn_webauthncredential (
    id bigint NOT NULL,
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    credential_type character varying(32) NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    transports jsonb NOT NULL,
    sign_count integer NOT NULL,
    backup_eligible boolean NOT NULL,
    backup_state boolean NOT NULL,
    created_at timestamp with time zone,
    last_used_at timestamp with time zone,
    aaguid character varying(36) NOT NULL,
    credential_id_sha256 character varying(64) CONSTRAINT django_otp_webauthn_webauthncrede_credential_id_sha256_not_null NOT NULL,
    discoverable boolean,
    user_id integer NOT NULL,
    CONSTRAINT django_otp_webauthn_webauthncredential_sign_count_check CHECK ((sign_count >= 0))
);
ALTER TABLE public.django_otp_webauthn_webauthncredential ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_otp_webauthn_webauthncredential_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_otp_webauthn_webauthnuserhandle (
    handle_hex character varying(128) NOT NULL,
    user_id integer NOT NULL
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.enrolment_assisted (
    id uuid NOT NULL,
    by character varying(80) NOT NULL,
    checked character varying(9) NOT NULL,
    checked_by character varying(80) NOT NULL,
    token_hash bytea NOT NULL,
    code_digest bytea NOT NULL,
    tries smallint NOT NULL,
    browser_hash bytea,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    proved_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    attempt_id uuid,
    notice_id uuid,
    profile_id bigint NOT NULL,
    CONSTRAINT assisted_at_most_5_tries CHECK ((tries <= 5)),
    CONSTRAINT enrolment_assisted_tries_check CHECK ((tries >= 0))
);
CREATE TABLE public.enrolment_attempt (
    id uuid NOT NULL,
    reference character varying(7) NOT NULL,
    token_hash bytea NOT NULL,
    previous_token_hash bytea,
    typed_email bytea NOT NULL,
    pair bytea NOT NULL,
    nino_fingerprint character varying(81) NOT NULL,
    matched_fingerprint character varying(81),
    picture character varying(40),
    pending bytea,
    started_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    verified_at timestamp with time zone,
    authenticator_id uuid,
    undone boolean NOT NULL,
    added_at timestamp with time zone,
    ended_at timestamp with time zone,
    profile_id bigint,
    assisted_by character varying(80) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT attempt_added_knows_what_and_when CHECK ((((added_at IS NULL) AND (authenticator_id IS NULL)) OR ((added_at IS NOT NULL) AND (authenticator_id IS NOT NULL)))),
    CONSTRAINT attempt_verified_has_a_profile CHECK (((verified_at IS NULL) OR (profile_id IS NOT NULL)))
);
CREATE TABLE public.enrolment_emailcode (
    attempt_id uuid NOT NULL,
    digest bytea NOT NULL,
    sends smallint NOT NULL,
    tries smallint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT email_code_at_most_5_tries CHECK ((tries <= 5)),
    CONSTRAINT enrolment_emailcode_sends_check CHECK ((sends >= 0)),
    CONSTRAINT enrolment_emailcode_tries_check CHECK ((tries >= 0))
);
CREATE TABLE public.enrolment_spentproof (
    id character varying(40) NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
INSERT INTO public.auth_group VALUES
	(1, 'RA manager'),
	(2, 'RA agent'),
	(3, 'Sponsor'),
	(4, 'ID checker'),
	(5, 'Auditor'),
	(6, 'Night desk');
INSERT INTO public.auth_group_permissions VALUES
	(1, 1, 20),
	(2, 1, 16),
	(3, 1, 41),
	(4, 1, 8),
	(5, 1, 48),
	(6, 1, 4),
	(7, 1, 23),
	(8, 1, 22),
	(9, 1, 21),
	(10, 1, 24),
	(11, 1, 26),
	(12, 1, 27),
	(13, 1, 42),
	(14, 1, 43),
	(15, 1, 44),
	(16, 1, 49),
	(17, 1, 29),
	(18, 1, 25),
	(19, 1, 28),
	(20, 2, 20),
	(21, 2, 16),
	(22, 2, 41),
	(23, 2, 8),
	(24, 2, 48),
	(25, 2, 4),
	(26, 2, 23),
	(27, 2, 22),
	(28, 2, 21),
	(29, 2, 24),
	(30, 2, 26),
	(31, 2, 27),
	(32, 2, 42),
	(33, 2, 43),
	(34, 2, 44),
	(35, 2, 49),
	(36, 2, 29),
	(37, 3, 20),
	(38, 3, 16),
	(39, 3, 41),
	(40, 3, 29),
	(42, 4, 20),
	(43, 4, 16),
	(44, 4, 41),
	(45, 4, 23),
	(46, 4, 22),
	(47, 5, 20),
	(48, 5, 16),
	(49, 5, 41),
	(50, 5, 8),
	(51, 5, 48),
	(52, 5, 4),
	(53, 5, 29),
	(54, 5, 28);
INSERT INTO public.auth_permission VALUES
	(1, 'Can add AAL2 service', 1, 'add_service'),
	(2, 'Can change AAL2 service', 1, 'change_service'),
	(3, 'Can delete AAL2 service', 1, 'delete_service'),
	(4, 'Can view AAL2 service', 1, 'view_service'),
	(5, 'Can add event', 2, 'add_event'),
	(6, 'Can change event', 2, 'change_event'),
	(7, 'Can delete event', 2, 'delete_event'),
	(8, 'Can view event', 2, 'view_event'),
	(9, 'Can add limit count', 3, 'add_limitcount'),
	(10, 'Can change limit count', 3, 'change_limitcount'),
	(11, 'Can delete limit count', 3, 'delete_limitcount'),
	(12, 'Can view limit count', 3, 'view_limitcount'),
	(13, 'Can add organisation', 4, 'add_organisation'),
	(14, 'Can change organisation', 4, 'change_organisation'),
	(15, 'Can delete organisation', 4, 'delete_organisation'),
	(16, 'Can view organisation', 4, 'view_organisation'),
	(17, 'Can add profile', 5, 'add_profile'),
	(18, 'Can change profile', 5, 'change_profile'),
	(19, 'Can delete profile', 5, 'delete_profile'),
	(20, 'Can view profile', 5, 'view_profile'),
	(21, 'Can change an email address', 5, 'change_email'),
	(22, 'Can set a National Insurance number', 5, 'change_number'),
	(23, 'Can check a National Insurance number', 5, 'check_number'),
	(24, 'Can lift locks', 5, 'unlock_profile'),
	(25, 'Can close and reopen a profile', 5, 'close_profile'),
	(26, 'Can invite to add an authenticator', 5, 'invite_profile'),
	(27, 'Can start an assisted registration', 5, 'assist_profile'),
	(28, 'Can save people as a file', 5, 'export_profile'),
	(29, 'Can see the dashboard', 5, 'see_dashboard'),
	(30, 'Can add mail', 6, 'add_mail'),
	(31, 'Can change mail', 6, 'change_mail'),
	(32, 'Can delete mail', 6, 'delete_mail'),
	(33, 'Can view mail', 6, 'view_mail'),
	(34, 'Can add seal', 7, 'add_seal'),
	(35, 'Can change seal', 7, 'change_seal'),
	(36, 'Can delete seal', 7, 'delete_seal'),
	(37, 'Can view seal', 7, 'view_seal'),
	(38, 'Can add authenticator', 8, 'add_authenticator'),
	(39, 'Can change authenticator', 8, 'change_authenticator'),
	(40, 'Can delete authenticator', 8, 'delete_authenticator'),
	(41, 'Can view authenticator', 8, 'view_authenticator'),
	(42, 'Can revoke authenticators', 8, 'revoke_authenticator'),
	(43, 'Can suspend and reinstate authenticators', 8, 'suspend_authenticator'),
	(44, 'Can lift a hold', 8, 'lift_hold'),
	(45, 'Can add report of “this was not me”', 9, 'add_report'),
	(46, 'Can change report of “this was not me”', 9, 'change_report'),
	(47, 'Can delete report of “this was not me”', 9, 'delete_report'),
	(48, 'Can view report of “this was not me”', 9, 'view_report'),
	(49, 'Can close reports', 9, 'close_report'),
	(50, 'Can add procrastinate event', 10, 'add_procrastinateevent'),
	(51, 'Can change procrastinate event', 10, 'change_procrastinateevent'),
	(52, 'Can delete procrastinate event', 10, 'delete_procrastinateevent'),
	(53, 'Can view procrastinate event', 10, 'view_procrastinateevent'),
	(54, 'Can add procrastinate job', 11, 'add_procrastinatejob'),
	(55, 'Can change procrastinate job', 11, 'change_procrastinatejob'),
	(56, 'Can delete procrastinate job', 11, 'delete_procrastinatejob'),
	(57, 'Can view procrastinate job', 11, 'view_procrastinatejob'),
	(58, 'Can add procrastinate periodic defer', 12, 'add_procrastinateperiodicdefer'),
	(59, 'Can change procrastinate periodic defer', 12, 'change_procrastinateperiodicdefer'),
	(60, 'Can delete procrastinate periodic defer', 12, 'delete_procrastinateperiodicdefer'),
	(61, 'Can view procrastinate periodic defer', 12, 'view_procrastinateperiodicdefer'),
	(62, 'Can add procrastinate worker', 13, 'add_procrastinateworker'),
	(63, 'Can change procrastinate worker', 13, 'change_procrastinateworker'),
	(64, 'Can delete procrastinate worker', 13, 'delete_procrastinateworker'),
	(65, 'Can view procrastinate worker', 13, 'view_procrastinateworker'),
	(66, 'Can add access attempt', 14, 'add_accessattempt'),
	(67, 'Can change access attempt', 14, 'change_accessattempt'),
	(68, 'Can delete access attempt', 14, 'delete_accessattempt'),
	(69, 'Can view access attempt', 14, 'view_accessattempt'),
	(70, 'Can add access log', 15, 'add_accesslog'),
	(71, 'Can change access log', 15, 'change_accesslog'),
	(72, 'Can delete access log', 15, 'delete_accesslog'),
	(73, 'Can view access log', 15, 'view_accesslog'),
	(74, 'Can add access failure', 16, 'add_accessfailurelog'),
	(75, 'Can change access failure', 16, 'change_accessfailurelog'),
	(76, 'Can delete access failure', 16, 'delete_accessfailurelog'),
	(77, 'Can view access failure', 16, 'view_accessfailurelog'),
	(78, 'Can add access attempt expiration', 17, 'add_accessattemptexpiration'),
	(79, 'Can change access attempt expiration', 17, 'change_accessattemptexpiration'),
	(80, 'Can delete access attempt expiration', 17, 'delete_accessattemptexpiration'),
	(81, 'Can view access attempt expiration', 17, 'view_accessattemptexpiration'),
	(82, 'Can add WebAuthn credential', 18, 'add_webauthncredential'),
	(83, 'Can change WebAuthn credential', 18, 'change_webauthncredential'),
	(84, 'Can delete WebAuthn credential', 18, 'delete_webauthncredential'),
	(85, 'Can view WebAuthn credential', 18, 'view_webauthncredential'),
	(86, 'Can add WebAuthn attestation', 19, 'add_webauthnattestation'),
	(87, 'Can change WebAuthn attestation', 19, 'change_webauthnattestation'),
	(88, 'Can delete WebAuthn attestation', 19, 'delete_webauthnattestation'),
	(89, 'Can view WebAuthn attestation', 19, 'view_webauthnattestation'),
	(90, 'Can add WebAuthn user handle', 20, 'add_webauthnuserhandle'),
	(91, 'Can change WebAuthn user handle', 20, 'change_webauthnuserhandle'),
	(92, 'Can delete WebAuthn user handle', 20, 'delete_webauthnuserhandle'),
	(93, 'Can view WebAuthn user handle', 20, 'view_webauthnuserhandle'),
	(94, 'Can add attempt', 21, 'add_attempt'),
	(95, 'Can change attempt', 21, 'change_attempt'),
	(96, 'Can delete attempt', 21, 'delete_attempt'),
	(97, 'Can view attempt', 21, 'view_attempt'),
	(98, 'Can add email code', 22, 'add_emailcode'),
	(99, 'Can change email code', 22, 'change_emailcode'),
	(100, 'Can delete email code', 22, 'delete_emailcode'),
	(101, 'Can view email code', 22, 'view_emailcode'),
	(102, 'Can add assisted', 23, 'add_assisted'),
	(103, 'Can change assisted', 23, 'change_assisted'),
	(104, 'Can delete assisted', 23, 'delete_assisted'),
	(105, 'Can view assisted', 23, 'view_assisted'),
	(106, 'Can add spent proof', 24, 'add_spentproof'),
	(107, 'Can change spent proof', 24, 'change_spentproof'),
	(108, 'Can delete spent proof', 24, 'delete_spentproof'),
	(109, 'Can view spent proof', 24, 'view_spentproof'),
	(110, 'Can add captcha store', 25, 'add_captchastore'),
	(111, 'Can change captcha store', 25, 'change_captchastore'),
	(112, 'Can delete captcha store', 25, 'delete_captchastore'),
	(113, 'Can view captcha store', 25, 'view_captchastore'),
	(114, 'Can add log entry', 26, 'add_logentry'),
	(115, 'Can change log entry', 26, 'change_logentry'),
	(116, 'Can delete log entry', 26, 'delete_logentry'),
	(117, 'Can view log entry', 26, 'view_logentry'),
	(118, 'Can add permission', 27, 'add_permission'),
	(119, 'Can change permission', 27, 'change_permission'),
	(120, 'Can delete permission', 27, 'delete_permission'),
	(121, 'Can view permission', 27, 'view_permission'),
	(122, 'Can add group', 28, 'add_group'),
	(123, 'Can change group', 28, 'change_group'),
	(124, 'Can delete group', 28, 'delete_group'),
	(125, 'Can view group', 28, 'view_group'),
	(126, 'Can add user', 29, 'add_user'),
	(127, 'Can change user', 29, 'change_user'),
	(128, 'Can delete user', 29, 'delete_user'),
	(129, 'Can view user', 29, 'view_user'),
	(130, 'Can add content type', 30, 'add_contenttype'),
	(131, 'Can change content type', 30, 'change_contenttype'),
	(132, 'Can delete content type', 30, 'delete_contenttype'),
	(133, 'Can view content type', 30, 'view_contenttype'),
	(134, 'Can add session', 31, 'add_session'),
	(135, 'Can change session', 31, 'change_session'),
	(136, 'Can delete session', 31, 'delete_session'),
	(137, 'Can view session', 31, 'view_session'),
	(138, 'Can add app', 32, 'add_app'),
	(139, 'Can change app', 32, 'change_app'),
	(140, 'Can delete app', 32, 'delete_app'),
	(141, 'Can view app', 32, 'view_app'),
	(142, 'Can add invitation', 33, 'add_invitation'),
	(143, 'Can change invitation', 33, 'change_invitation'),
	(144, 'Can delete invitation', 33, 'delete_invitation'),
	(145, 'Can view invitation', 33, 'view_invitation');
INSERT INTO public.auth_user VALUES
	(1, '!made-up', NULL, false, 'rita@example.nhs.uk', '', '', 'rita@example.nhs.uk', true, true, '2026-11-29 13:35:35.404163+00');
INSERT INTO public.auth_user_groups VALUES
	(1, 1, 2);
INSERT INTO public.authenticators_authenticator VALUES
	('b1a3e21c-7899-40b4-9229-c341ee6385ff', 'totp', '9ae15446-763e-409a-aad1-9fb89086c37c', 'My phone', '\x6b312e91e31e4ad77569f9370adcd823601d60c787e4811ac1228d97acc68b5a8c0b0b2a6d3b022b41c5', '{}', '2026-11-29 13:35:35.397548+00', 'person', '2026-11-29 13:35:35.397552+00', NULL, 'active', '', '2026-11-29 13:35:35.397558+00', 1),
	('942421ca-f891-4806-9275-f4a44b448534', 'passkey', 'xxxxxxxxxxxxxxxxxxxxxx', '', '\x6b312e503cf3e7b052360590fe351018030b0c176f7f83082ad05f9fad953d9186e9d47fec8ba7ed7d72', '{"transports": ["internal"]}', '2026-11-29 13:35:35.403623+00', 'person', '2026-11-29 13:35:35.403627+00', NULL, 'revoked', 'lost', '2026-11-29 13:35:35.40363+00', 1);
INSERT INTO public.axes_accessattempt VALUES
	(1, 'x', '192.0.2.1', 'rita', 'x', '/admin/login/', '2026-11-29 13:35:35.412138+00', '', '', 1);
INSERT INTO public.axes_accesslog VALUES
	(1, 'x', '192.0.2.1', 'rita', 'x', '/admin/login/', '2026-11-29 13:35:35.412918+00', NULL, '');
INSERT INTO public.careid_event VALUES
	(1, '2026-11-29 13:35:35.414155+00', 'authenticator.added', 'ok', '', 'person', 1, 'RX1', 'b1a3e21c-7899-40b4-9229-c341ee6385ff', NULL, '7K4-Q2M', '', '', '', '{}'),
	(2, '2026-11-29 13:35:35.419921+00', 'authenticator.revoked', 'ok', 'lost', 'admin:1', 1, 'RX1', '942421ca-f891-4806-9275-f4a44b448534', NULL, '', '', '', '', '{}'),
	(3, '2026-11-29 13:35:35.420448+00', 'limit.lifted', 'ok', 'attack_over', 'command:limits', 1, 'RX1', NULL, NULL, '', '', '', '', '{"counts": 1}');
INSERT INTO public.careid_limitcount VALUES
	(1, 'start', '\x06af8d8d61838892de6c41024cfa088a0c73577f7ec2efbde93e5e779b0cd612', '2026-11-29 13:45:35.413547+00', 1);
INSERT INTO public.careid_mail VALUES
	('4f296408-fc38-4764-afca-128dec2ff0dc', 'added', '', '\x6b312ec02bab545e63ea5b50b94db0b8d699cb2c986b4b2d3b6fc31a85de719698af4f286dbd8f4587', 'queued', '2026-11-29 13:35:35.42105+00', NULL, false, 0, NULL, '', 1);
INSERT INTO public.careid_organisation VALUES
	(1, 'RX1', 'Riverside Community Trust', true, '{}', '{}', 'Riverside RA', '', '01632 960200', '', true);
INSERT INTO public.careid_organisation_staff VALUES
	(1, 1, 1);
INSERT INTO public.careid_profile VALUES
	(1, '999900000001', 'Ama', 'Sample', 'ama.sample@example.nhs.uk', 'i1:bd54b11775941cadbe2d9d1832bfd0bdbc4cf268dc7e2669c74ef10c1bfe1432', 3, 'open', '', 'import', NULL, NULL, NULL, '\x9f2ffb53c241e1485788f847f40477a68a9983ec83ac29ebb1d9c979058b9e99', '2026-11-29 13:35:35.395711+00', 1, NULL, NULL),
	(2, '999900000002', 'Ben', 'Sample', NULL, NULL, 0, 'closed', 'leaver', 'import', NULL, NULL, NULL, '\xa370c30c85f61d2c3cfca93f2b293a59d0ad08b2f9419e0049211d37133b73ac', '2026-11-29 13:35:35.396886+00', 1, NULL, NULL);
INSERT INTO public.careid_service VALUES
	(1, 'Records', '', '');
INSERT INTO public.desk_invitation VALUES
	(1, '\x5303e82f459beb6472b072dadb8748121ce348deee6f5e3f8de919cdf6e01db8', '2026-11-29 13:35:35.411385+00', '2026-11-29 13:35:35.411387+00', 1);
INSERT INTO public.django_content_type VALUES
	(1, 'careid', 'service'),
	(2, 'careid', 'event'),
	(3, 'careid', 'limitcount'),
	(4, 'careid', 'organisation'),
	(5, 'careid', 'profile'),
	(6, 'careid', 'mail'),
	(7, 'careid', 'seal'),
	(8, 'authenticators', 'authenticator'),
	(9, 'authenticators', 'report'),
	(10, 'procrastinate', 'procrastinateevent'),
	(11, 'procrastinate', 'procrastinatejob'),
	(12, 'procrastinate', 'procrastinateperiodicdefer'),
	(13, 'procrastinate', 'procrastinateworker'),
	(14, 'axes', 'accessattempt'),
	(15, 'axes', 'accesslog'),
	(16, 'axes', 'accessfailurelog'),
	(17, 'axes', 'accessattemptexpiration'),
	(18, 'django_otp_webauthn', 'webauthncredential'),
	(19, 'django_otp_webauthn', 'webauthnattestation'),
	(20, 'django_otp_webauthn', 'webauthnuserhandle'),
	(21, 'enrolment', 'attempt'),
	(22, 'enrolment', 'emailcode'),
	(23, 'enrolment', 'assisted'),
	(24, 'enrolment', 'spentproof'),
	(25, 'captcha', 'captchastore'),
	(26, 'admin', 'logentry'),
	(27, 'auth', 'permission'),
	(28, 'auth', 'group'),
	(29, 'auth', 'user'),
	(30, 'contenttypes', 'contenttype'),
	(31, 'sessions', 'session'),
	(32, 'desk', 'app'),
	(33, 'desk', 'invitation');
INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-29 13:35:34.159752+00'),
	(2, 'auth', '0001_initial', '2026-11-29 13:35:34.193872+00'),
	(3, 'admin', '0001_initial', '2026-11-29 13:35:34.207974+00'),
	(4, 'admin', '0002_logentry_remove_auto_add', '2026-11-29 13:35:34.212035+00'),
	(5, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-29 13:35:34.215767+00'),
	(6, 'contenttypes', '0002_remove_content_type_name', '2026-11-29 13:35:34.230854+00'),
	(7, 'auth', '0002_alter_permission_name_max_length', '2026-11-29 13:35:34.234821+00'),
	(8, 'auth', '0003_alter_user_email_max_length', '2026-11-29 13:35:34.238507+00'),
	(9, 'auth', '0004_alter_user_username_opts', '2026-11-29 13:35:34.242832+00'),
	(10, 'auth', '0005_alter_user_last_login_null', '2026-11-29 13:35:34.251028+00'),
	(11, 'auth', '0006_require_contenttypes_0002', '2026-11-29 13:35:34.251449+00'),
	(12, 'auth', '0007_alter_validators_add_error_messages', '2026-11-29 13:35:34.254396+00'),
	(13, 'auth', '0008_alter_user_username_max_length', '2026-11-29 13:35:34.259425+00'),
	(14, 'auth', '0009_alter_user_last_name_max_length', '2026-11-29 13:35:34.262931+00'),
	(15, 'auth', '0010_alter_group_name_max_length', '2026-11-29 13:35:34.271522+00'),
	(16, 'auth', '0011_update_proxy_permissions', '2026-11-29 13:35:34.274652+00'),
	(17, 'auth', '0012_alter_user_first_name_max_length', '2026-11-29 13:35:34.283269+00'),
	(18, 'careid', '0001_people_trail_outbox', '2026-11-29 13:35:34.444423+00'),
	(19, 'careid', '0002_nhsnet_beta', '2026-11-29 13:35:34.44812+00'),
	(20, 'careid', '0003_reported', '2026-11-29 13:35:34.45593+00'),
	(21, 'authenticators', '0001_authenticators', '2026-11-29 13:35:34.468393+00'),
	(22, 'authenticators', '0002_reports', '2026-11-29 13:35:34.481264+00'),
	(23, 'authenticators', '0003_desk', '2026-11-29 13:35:34.488274+00'),
	(24, 'authenticators', '0004_added', '2026-11-29 13:35:34.493462+00'),
	(25, 'axes', '0001_initial', '2026-11-29 13:35:34.504135+00'),
	(26, 'axes', '0002_auto_20151217_2044', '2026-11-29 13:35:34.532632+00'),
	(27, 'axes', '0003_auto_20160322_0929', '2026-11-29 13:35:34.539975+00'),
	(28, 'axes', '0004_auto_20181024_1538', '2026-11-29 13:35:34.545536+00'),
	(29, 'axes', '0005_remove_accessattempt_trusted', '2026-11-29 13:35:34.54712+00'),
	(30, 'axes', '0006_remove_accesslog_trusted', '2026-11-29 13:35:34.548636+00'),
	(31, 'axes', '0007_alter_accessattempt_unique_together', '2026-11-29 13:35:34.562672+00'),
	(32, 'axes', '0008_accessfailurelog', '2026-11-29 13:35:34.573574+00'),
	(33, 'axes', '0009_add_session_hash', '2026-11-29 13:35:34.576162+00'),
	(34, 'axes', '0010_accessattemptexpiration', '2026-11-29 13:35:34.581033+00'),
	(35, 'captcha', '0001_initial', '2026-11-29 13:35:34.587237+00'),
	(36, 'captcha', '0002_alter_captchastore_id', '2026-11-29 13:35:34.588997+00'),
	(37, 'procrastinate', '0001_initial', '2026-11-29 13:35:34.607032+00'),
	(38, 'procrastinate', '0002_drop_started_at_column', '2026-11-29 13:35:34.612159+00'),
	(39, 'procrastinate', '0003_drop_started_at_column', '2026-11-29 13:35:34.61322+00'),
	(40, 'procrastinate', '0004_drop_procrastinate_version_table', '2026-11-29 13:35:34.614393+00'),
	(41, 'procrastinate', '0005_fix_procrastinate_fetch_job', '2026-11-29 13:35:34.615673+00'),
	(42, 'procrastinate', '0006_fix_trigger_status_events_insert', '2026-11-29 13:35:34.616646+00'),
	(43, 'procrastinate', '0007_add_queueing_lock_column', '2026-11-29 13:35:34.618609+00'),
	(44, 'procrastinate', '0008_close_fetch_job_race_condition', '2026-11-29 13:35:34.620889+00'),
	(45, 'procrastinate', '0009_add_defer_job_function', '2026-11-29 13:35:34.62188+00'),
	(46, 'procrastinate', '0010_add_procrastinate_periodic_defers', '2026-11-29 13:35:34.626273+00'),
	(47, 'procrastinate', '0011_add_foreign_key_index', '2026-11-29 13:35:34.627814+00'),
	(48, 'procrastinate', '0012_add_locks_to_periodic_defer', '2026-11-29 13:35:34.629598+00'),
	(49, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '2026-11-29 13:35:34.630427+00'),
	(50, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '2026-11-29 13:35:34.631064+00'),
	(51, 'procrastinate', '0015_add_trigger_on_job_deletion', '2026-11-29 13:35:34.631614+00'),
	(52, 'procrastinate', '0016_delete_finished_jobs', '2026-11-29 13:35:34.632091+00'),
	(53, 'procrastinate', '0017_add_checks_to_finish_job', '2026-11-29 13:35:34.632611+00'),
	(54, 'procrastinate', '0018_add_checks_to_retry_job', '2026-11-29 13:35:34.633467+00'),
	(55, 'procrastinate', '0019_fix_finish_job_compat_issue', '2026-11-29 13:35:34.634004+00'),
	(56, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '2026-11-29 13:35:34.635471+00'),
	(57, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '2026-11-29 13:35:34.637311+00'),
	(58, 'procrastinate', '0022_null_locks_excluded', '2026-11-29 13:35:34.638087+00'),
	(59, 'procrastinate', '0023_remove_old_finish_job_function', '2026-11-29 13:35:34.638794+00'),
	(60, 'procrastinate', '0024_job_id_bigint', '2026-11-29 13:35:34.64745+00'),
	(61, 'procrastinate', '0025_add_models', '2026-11-29 13:35:34.650261+00'),
	(62, 'procrastinate', '0026_add_job_priority', '2026-11-29 13:35:34.652821+00'),
	(63, 'procrastinate', '0027_add_periodic_job_priority', '2026-11-29 13:35:34.653674+00'),
	(64, 'procrastinate', '0028_add_cancel_states', '2026-11-29 13:35:34.65616+00'),
	(65, 'procrastinate', '0029_add_additional_params_to_retry_job', '2026-11-29 13:35:34.656826+00'),
	(66, 'procrastinate', '0030_alter_procrastinateevent_options', '2026-11-29 13:35:34.657639+00'),
	(67, 'procrastinate', '0031_add_indexes_for_fetch_job', '2026-11-29 13:35:34.660307+00'),
	(68, 'procrastinate', '0032_pre_cancel_notification', '2026-11-29 13:35:34.663302+00'),
	(69, 'procrastinate', '0033_post_cancel_notification', '2026-11-29 13:35:34.679052+00'),
	(70, 'procrastinate', '0034_pre_add_heartbeat', '2026-11-29 13:35:34.686752+00'),
	(71, 'procrastinate', '0035_post_add_heartbeat', '2026-11-29 13:35:34.687792+00'),
	(72, 'procrastinate', '0036_add_worker_model', '2026-11-29 13:35:34.690102+00'),
	(73, 'procrastinate', '0037_pre_batch_defer_jobs', '2026-11-29 13:35:34.69171+00'),
	(74, 'procrastinate', '0038_post_batch_defer_jobs', '2026-11-29 13:35:34.695307+00'),
	(75, 'procrastinate', '0039_pre_priority_lock_fetch_job', '2026-11-29 13:35:34.696179+00'),
	(76, 'procrastinate', '0040_pre_retry_failed_job', '2026-11-29 13:35:34.69688+00'),
	(77, 'procrastinate', '0041_post_retry_failed_job', '2026-11-29 13:35:34.697644+00'),
	(78, 'careid', '0004_what_metrics_ask', '2026-11-29 13:35:34.704578+00'),
	(79, 'careid', '0005_seals', '2026-11-29 13:35:34.710942+00'),
	(80, 'careid', '0006_desk', '2026-11-29 13:35:34.738249+00'),
	(81, 'careid', '0007_mails_to_purge', '2026-11-29 13:35:34.744685+00'),
	(82, 'careid', '0008_desk_among_a_million', '2026-11-29 13:35:34.803107+00'),
	(83, 'careid', '0009_superseded_indexes', '2026-11-29 13:35:34.836853+00'),
	(84, 'desk', '0001_admins_door', '2026-11-29 13:35:34.87664+00'),
	(85, 'desk', '0002_roles', '2026-11-29 13:35:35.099423+00'),
	(86, 'django_otp_webauthn', '0001_initial', '2026-11-29 13:35:35.154645+00'),
	(87, 'django_otp_webauthn', '0002_timestamps', '2026-11-29 13:35:35.155195+00'),
	(88, 'django_otp_webauthn', '0003_webauthncredential_hash_binary_to_hex', '2026-11-29 13:35:35.155443+00'),
	(89, 'django_otp_webauthn', '0004_webauthnuserhandle', '2026-11-29 13:35:35.174814+00'),
	(90, 'enrolment', '0001_attempts_and_codes', '2026-11-29 13:35:35.249705+00'),
	(91, 'enrolment', '0002_assisted', '2026-11-29 13:35:35.289392+00'),
	(92, 'enrolment', '0003_spent_proofs', '2026-11-29 13:35:35.299808+00'),
	(93, 'sessions', '0001_initial', '2026-11-29 13:35:35.306793+00'),
	(94, 'django_otp_webauthn', '0001_squashed_0003_webauthncredential_hash_binary_to_hex', '2026-11-29 13:35:35.310522+00');
INSERT INTO public.django_otp_webauthn_webauthncredential VALUES
	(1, '', true, 'public-key', '\x3122e4c9301b493164fb60a04641411a', '\x6d616465207570', '[]', 0, false, false, '2026-11-29 13:35:35.410107+00', NULL, '', '76b2ee130105de3fbfafe4202d6692e35c354ae0463f64de4ceadf6a5aa78190', NULL, 1);
INSERT INTO public.django_otp_webauthn_webauthnuserhandle VALUES
	('f40c64c2a56bcf0c8895d139a8cd8e29c2cfd68bdd44ee7237c37300fabff713', 1);
INSERT INTO public.procrastinate_events VALUES
	(1, 1, 'deferred', '2026-11-29 13:35:35.422449+00'),
	(2, 2, 'deferred', '2026-11-29 13:35:35.424569+00'),
	(3, 3, 'deferred', '2026-11-29 13:35:35.425128+00'),
	(4, 4, 'deferred', '2026-11-29 13:35:35.425571+00'),
	(5, 5, 'deferred', '2026-11-29 13:35:35.425988+00'),
	(6, 6, 'deferred', '2026-11-29 13:35:35.426376+00');
INSERT INTO public.procrastinate_jobs VALUES
	(1, 'default', 'careid.deliver', NULL, '{"mail_id": "4f296408-fc38-4764-afca-128dec2ff0dc"}', 'todo', NULL, 0, NULL, 0, false, NULL),
	(2, 'default', 'careid.pick_up', NULL, '{"timestamp": 0}', 'todo', NULL, 0, 'careid.pick_up', 0, false, NULL),
	(3, 'default', 'careid.purge', NULL, '{"timestamp": 0}', 'todo', NULL, 0, 'careid.purge', 0, false, NULL),
	(4, 'default', 'careid.purge_door', NULL, '{"timestamp": 0}', 'todo', NULL, 0, 'careid.purge_door', 0, false, NULL),
	(5, 'default', 'careid.seal', 'careid.seal', '{"timestamp": 0}', 'todo', NULL, 0, 'careid.seal', 0, false, NULL),
	(6, 'default', 'enrolment.purge', NULL, '{"timestamp": 0}', 'todo', NULL, 0, 'enrolment.purge', 0, false, NULL);
SELECT pg_catalog.setval('public.auth_group_id_seq', 6, true);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 54, true);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 145, true);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_user_id_seq', 1, true);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.authenticators_report_id_seq', 1, false);
SELECT pg_catalog.setval('public.axes_accessattempt_id_seq', 1, true);
SELECT pg_catalog.setval('public.axes_accessfailurelog_id_seq', 1, false);
SELECT pg_catalog.setval('public.axes_accesslog_id_seq', 1, true);
SELECT pg_catalog.setval('public.captcha_captchastore_id_seq', 1, false);
SELECT pg_catalog.setval('public.careid_event_sequence_seq', 3, true);
SELECT pg_catalog.setval('public.careid_limitcount_id_seq', 1, true);
SELECT pg_catalog.setval('public.careid_organisation_id_seq', 1, true);
SELECT pg_catalog.setval('public.careid_organisation_staff_id_seq', 1, true);
SELECT pg_catalog.setval('public.careid_profile_id_seq', 2, true);
SELECT pg_catalog.setval('public.careid_service_id_seq', 1, true);
SELECT pg_catalog.setval('public.desk_invitation_id_seq', 1, true);
SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 33, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 94, true);
SELECT pg_catalog.setval('public.django_otp_webauthn_webauthnattestation_id_seq', 1, false);
SELECT pg_catalog.setval('public.django_otp_webauthn_webauthncredential_id_seq', 1, true);
SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 6, true);
SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 6, true);
SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);
SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.authenticators_authenticator
    ADD CONSTRAINT authenticators_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authenticators_report
    ADD CONSTRAINT authenticators_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.authenticators_report
    ADD CONSTRAINT authenticators_report_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);
ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.captcha_captchastore
    ADD CONSTRAINT captcha_captchastore_hashkey_key UNIQUE (hashkey);
ALTER TABLE ONLY public.captcha_captchastore
    ADD CONSTRAINT captcha_captchastore_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_event
    ADD CONSTRAINT careid_event_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.careid_limitcount
    ADD CONSTRAINT careid_limitcount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_mail
    ADD CONSTRAINT careid_mail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_organisation
    ADD CONSTRAINT careid_organisation_code_key UNIQUE (code);
ALTER TABLE ONLY public.careid_organisation
    ADD CONSTRAINT careid_organisation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_organisation_staff
    ADD CONSTRAINT careid_organisation_staff_organisation_id_user_id_3c2718a5_uniq UNIQUE (organisation_id, user_id);
ALTER TABLE ONLY public.careid_organisation_staff
    ADD CONSTRAINT careid_organisation_staff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_profile
    ADD CONSTRAINT careid_profile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.careid_profile
    ADD CONSTRAINT careid_profile_user_handle_key UNIQUE (user_handle);
ALTER TABLE ONLY public.careid_profile
    ADD CONSTRAINT careid_profile_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.careid_seal
    ADD CONSTRAINT careid_seal_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.careid_service
    ADD CONSTRAINT careid_service_name_key UNIQUE (name);
ALTER TABLE ONLY public.careid_service
    ADD CONSTRAINT careid_service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_app
    ADD CONSTRAINT desk_app_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_invitation
    ADD CONSTRAINT desk_invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.desk_invitation
    ADD CONSTRAINT desk_invitation_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_otp_webauthn_webauthnattestation
    ADD CONSTRAINT django_otp_webauthn_webauthnattestation_credential_id_key UNIQUE (credential_id);
ALTER TABLE ONLY public.django_otp_webauthn_webauthnattestation
    ADD CONSTRAINT django_otp_webauthn_webauthnattestation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_otp_webauthn_webauthncredential
    ADD CONSTRAINT django_otp_webauthn_webauthncredential_credential_id_sha256_key UNIQUE (credential_id_sha256);
ALTER TABLE ONLY public.django_otp_webauthn_webauthncredential
    ADD CONSTRAINT django_otp_webauthn_webauthncredential_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_otp_webauthn_webauthnuserhandle
    ADD CONSTRAINT django_otp_webauthn_webauthnuserhandle_handle_hex_key UNIQUE (handle_hex);
ALTER TABLE ONLY public.django_otp_webauthn_webauthnuserhandle
    ADD CONSTRAINT django_otp_webauthn_webauthnuserhandle_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_attempt_id_key UNIQUE (attempt_id);
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.enrolment_attempt
    ADD CONSTRAINT enrolment_attempt_picture_key UNIQUE (picture);
ALTER TABLE ONLY public.enrolment_attempt
    ADD CONSTRAINT enrolment_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolment_attempt
    ADD CONSTRAINT enrolment_attempt_previous_token_hash_key UNIQUE (previous_token_hash);
ALTER TABLE ONLY public.enrolment_attempt
    ADD CONSTRAINT enrolment_attempt_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.enrolment_emailcode
    ADD CONSTRAINT enrolment_emailcode_pkey PRIMARY KEY (attempt_id);
ALTER TABLE ONLY public.enrolment_spentproof
    ADD CONSTRAINT enrolment_spentproof_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
CREATE INDEX assisted_of_profile ON public.enrolment_assisted USING btree (profile_id, created_at DESC);
CREATE INDEX attempt_started ON public.enrolment_attempt USING btree (started_at);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX authenticator_added ON public.authenticators_authenticator USING btree (added_at DESC);
CREATE INDEX authenticator_of_profile ON public.authenticators_authenticator USING btree (profile_id, kind);
CREATE UNIQUE INDEX authenticator_once_among_live ON public.authenticators_authenticator USING btree (kind, external_id) WHERE (NOT ((state)::text = 'revoked'::text));
CREATE INDEX authenticators_authenticator_profile_id_819bd5e3 ON public.authenticators_authenticator USING btree (profile_id);
CREATE INDEX authenticators_report_profile_id_a130a886 ON public.authenticators_report USING btree (profile_id);
CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);
CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);
CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON public.axes_accessattempt USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);
CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON public.axes_accessattempt USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON public.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON public.axes_accessfailurelog USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);
CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);
CREATE INDEX axes_accesslog_user_agent_0e659004_like ON public.axes_accesslog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);
CREATE INDEX axes_accesslog_username_df93064b_like ON public.axes_accesslog USING btree (username varchar_pattern_ops);
CREATE INDEX captcha_captchastore_hashkey_cbe8d15a_like ON public.captcha_captchastore USING btree (hashkey varchar_pattern_ops);
CREATE INDEX careid_jobs_failed ON public.procrastinate_jobs USING btree (id) WHERE (status = 'failed'::public.procrastinate_job_status);
CREATE INDEX careid_mail_profile_id_c1ee1d3c ON public.careid_mail USING btree (profile_id);
CREATE INDEX careid_organisation_code_f729494c_like ON public.careid_organisation USING btree (code varchar_pattern_ops);
CREATE INDEX careid_organisation_staff_organisation_id_3edf14b4 ON public.careid_organisation_staff USING btree (organisation_id);
CREATE INDEX careid_organisation_staff_user_id_e262adc9 ON public.careid_organisation_staff USING btree (user_id);
CREATE INDEX careid_profile_user_id_e4d6d33b_like ON public.careid_profile USING btree (user_id varchar_pattern_ops);
CREATE INDEX careid_service_name_36c7ad72_like ON public.careid_service USING btree (name varchar_pattern_ops);
CREATE INDEX desk_app_user_id_ef52fa10 ON public.desk_app USING btree (user_id);
CREATE INDEX desk_invitation_user_id_b74cff61 ON public.desk_invitation USING btree (user_id);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_otp_webauthn_weba_credential_id_sha256_1a385252_like ON public.django_otp_webauthn_webauthncredential USING btree (credential_id_sha256 varchar_pattern_ops);
CREATE INDEX django_otp_webauthn_webauthncredential_user_id_023391d8 ON public.django_otp_webauthn_webauthncredential USING btree (user_id);
CREATE INDEX django_otp_webauthn_webauthnuserhandle_handle_hex_ebcf77a1_like ON public.django_otp_webauthn_webauthnuserhandle USING btree (handle_hex varchar_pattern_ops);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX enrolment_assisted_notice_id_25a9002c ON public.enrolment_assisted USING btree (notice_id);
CREATE INDEX enrolment_assisted_profile_id_8b412830 ON public.enrolment_assisted USING btree (profile_id);
CREATE INDEX enrolment_attempt_picture_fcd668ca_like ON public.enrolment_attempt USING btree (picture varchar_pattern_ops);
CREATE INDEX enrolment_attempt_profile_id_337ad574 ON public.enrolment_attempt USING btree (profile_id);
CREATE INDEX enrolment_spentproof_expires_at_4cf34d17 ON public.enrolment_spentproof USING btree (expires_at);
CREATE INDEX enrolment_spentproof_id_9352f362_like ON public.enrolment_spentproof USING btree (id varchar_pattern_ops);
CREATE INDEX event_at ON public.careid_event USING btree (at);
CREATE INDEX event_named ON public.careid_event USING btree (name, outcome, at);
CREATE INDEX event_not_ok ON public.careid_event USING btree (outcome, at) INCLUDE (reason) WHERE (NOT ((outcome)::text = 'ok'::text));
CREATE INDEX event_of_organisation ON public.careid_event USING btree (organisation, at);
CREATE INDEX event_of_profile ON public.careid_event USING btree (profile_id, sequence DESC) WHERE (profile_id IS NOT NULL);
CREATE INDEX event_of_reference ON public.careid_event USING btree (reference) WHERE (NOT ((reference)::text = ''::text));
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE UNIQUE INDEX limit_count_one_a_subject ON public.careid_limitcount USING btree ("limit", subject);
CREATE INDEX limit_count_until ON public.careid_limitcount USING btree (until);
CREATE INDEX mail_done_with ON public.careid_mail USING btree (queued_at) WHERE (NOT ((state)::text = 'queued'::text));
CREATE INDEX mail_of_profile ON public.careid_mail USING btree (profile_id, queued_at DESC);
CREATE INDEX mail_settled ON public.careid_mail USING btree (settled_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX mail_waiting ON public.careid_mail USING btree (queued_at) WHERE ((state)::text = 'queued'::text);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX profile_closed ON public.careid_profile USING btree (organisation_id, id) WHERE ((state)::text = 'closed'::text);
CREATE UNIQUE INDEX profile_email_once_among_open ON public.careid_profile USING btree (lower((email)::text)) WHERE ((state)::text = 'open'::text);
CREATE INDEX profile_email_start ON public.careid_profile USING btree (lower((email)::text) text_pattern_ops);
CREATE INDEX profile_invited ON public.careid_profile USING btree (organisation_id, id) WHERE (invited_at IS NOT NULL);
CREATE INDEX profile_name_start ON public.careid_profile USING btree (lower((family_name)::text) text_pattern_ops, lower((given_name)::text) text_pattern_ops);
CREATE INDEX profile_nino ON public.careid_profile USING btree (nino_fingerprint);
CREATE UNIQUE INDEX profile_nino_once_among_open ON public.careid_profile USING btree (nino_fingerprint) WHERE ((state)::text = 'open'::text);
CREATE INDEX profile_no_email ON public.careid_profile USING btree (organisation_id, id) WHERE (email IS NULL);
CREATE INDEX profile_no_number ON public.careid_profile USING btree (organisation_id, id) WHERE (nino_fingerprint IS NULL);
CREATE INDEX profile_of_organisation ON public.careid_profile USING btree (organisation_id, id) INCLUDE (state);
CREATE INDEX report_open ON public.authenticators_report USING btree (reported_at) WHERE (closed_at IS NULL);
CREATE INDEX seal_rotations ON public.careid_seal USING btree (number DESC) WHERE (rotated IS NOT NULL);
CREATE INDEX webauthncredential_sha256_idx ON public.django_otp_webauthn_webauthncredential USING btree (credential_id_sha256);
CREATE TRIGGER careid_event_rows BEFORE DELETE OR UPDATE ON public.careid_event FOR EACH ROW EXECUTE FUNCTION public.careid_event_is_append_only();
CREATE TRIGGER careid_event_table BEFORE TRUNCATE ON public.careid_event FOR EACH STATEMENT EXECUTE FUNCTION public.careid_event_is_append_only();
CREATE TRIGGER careid_seal_rows BEFORE DELETE OR UPDATE ON public.careid_seal FOR EACH ROW EXECUTE FUNCTION public.careid_event_is_append_only();
CREATE TRIGGER careid_seal_table BEFORE TRUNCATE ON public.careid_seal FOR EACH STATEMENT EXECUTE FUNCTION public.careid_event_is_append_only();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.authenticators_authenticator
    ADD CONSTRAINT authenticators_authe_profile_id_819bd5e3_fk_careid_pr FOREIGN KEY (profile_id) REFERENCES public.careid_profile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.authenticators_report
    ADD CONSTRAINT authenticators_report_profile_id_a130a886_fk_careid_profile_id FOREIGN KEY (profile_id) REFERENCES public.careid_profile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.careid_mail
    ADD CONSTRAINT careid_mail_profile_id_c1ee1d3c_fk_careid_profile_id FOREIGN KEY (profile_id) REFERENCES public.careid_profile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.careid_organisation_staff
    ADD CONSTRAINT careid_organisation__organisation_id_3edf14b4_fk_careid_or FOREIGN KEY (organisation_id) REFERENCES public.careid_organisation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.careid_organisation_staff
    ADD CONSTRAINT careid_organisation_staff_user_id_e262adc9_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.careid_profile
    ADD CONSTRAINT careid_profile_organisation_id_7a40ea23_fk_careid_or FOREIGN KEY (organisation_id) REFERENCES public.careid_organisation(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_app
    ADD CONSTRAINT desk_app_user_id_ef52fa10_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.desk_invitation
    ADD CONSTRAINT desk_invitation_user_id_b74cff61_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_otp_webauthn_webauthnattestation
    ADD CONSTRAINT django_otp_webauthn__credential_id_b2e6f7e8_fk_django_ot FOREIGN KEY (credential_id) REFERENCES public.django_otp_webauthn_webauthncredential(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_otp_webauthn_webauthncredential
    ADD CONSTRAINT django_otp_webauthn__user_id_023391d8_fk_auth_user FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_otp_webauthn_webauthnuserhandle
    ADD CONSTRAINT django_otp_webauthn__user_id_47f479ce_fk_auth_user FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_attempt_id_5dc32293_fk_enrolment_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.enrolment_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_notice_id_25a9002c_fk_careid_mail_id FOREIGN KEY (notice_id) REFERENCES public.careid_mail(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment_assisted
    ADD CONSTRAINT enrolment_assisted_profile_id_8b412830_fk_careid_profile_id FOREIGN KEY (profile_id) REFERENCES public.careid_profile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment_attempt
    ADD CONSTRAINT enrolment_attempt_profile_id_337ad574_fk_careid_profile_id FOREIGN KEY (profile_id) REFERENCES public.careid_profile(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment_emailcode
    ADD CONSTRAINT enrolment_emailcode_attempt_id_b4351758_fk_enrolment_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.enrolment_attempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
