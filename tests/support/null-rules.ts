// What Postgres's own functions, operators and aggregates do with null.

/** Functions of Postgres that give null for null only. */
export const strictFunctions = new Set(
  `abs array_append array_cat array_remove array_to_string btrim cardinality ceil char_length clock_timestamp convert_from convert_to date_bin
  current_database date_part date_trunc decode encode extract floor format format_type hashtext initcap jsonb_array_length jsonb_typeof left length lower lpad ltrim
  make_interval md5 now octet_length pg_try_advisory_lock pg_try_advisory_xact_lock regexp_replace repeat replace right round rpad rtrim sha256 split_part starts_with
  statement_timestamp string_to_array strpos substr timezone to_char to_json to_jsonb to_timestamp transaction_timestamp translate
  trunc upper`.split(/\s+/),
);

/** Functions that give something whatever they are given. */
export const alwaysFilled = new Set([
  'concat',
  'concat_ws',
  'jsonb_build_array',
  'jsonb_build_object',
  'num_nulls',
  'num_nonnulls',
  'count',
]);

/** Operators of Postgres that give null for null only; `->` and its like are none of them. */
export const strictOperators = new Set(
  '= <> < <= > >= + - * / % || ~ !~ ~* !~* ~~ !~~ ~~* !~~* @> <@ ? ?| ?& && ^@ ~<~ ~>~'.split(' '),
);

/** Give null for null, and for what is not there: of use only to know what they were given. */
export const jsonOperators = new Set(['->', '->>', '#>', '#>>']);

export const aggregatesOfAny = new Set(['array_agg', 'jsonb_agg', 'json_agg', 'jsonb_object_agg', 'json_object_agg']);
export const aggregatesOfFilled = new Set([
  'min',
  'max',
  'sum',
  'avg',
  'bool_and',
  'bool_or',
  'every',
  'string_agg',
  'any_value',
]);
export const rankings = new Set(['row_number', 'rank', 'dense_rank', 'count', 'ntile', 'percent_rank', 'cume_dist']);
/** Set-returning functions whose columns are never null. */
export const filledSets = new Set([
  'generate_series',
  'jsonb_array_elements',
  'jsonb_object_keys',
  'jsonb_each',
  'regexp_split_to_table',
  'string_to_table',
]);
