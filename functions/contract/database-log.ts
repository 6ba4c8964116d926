/**
 * PostgreSQL's settings for a log without personal data, which parameters, error details and the lines that COPY quotes
 * would contain. Source: PostgreSQL documentation, "Error Reporting and Logging".
 */
export const databaseLog = {
  log_statement: 'none',
  log_min_duration_statement: '1000',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
} as const
