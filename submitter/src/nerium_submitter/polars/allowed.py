"""The words that a plan may have: names of Polars' nodes, functions, types and their fields.

They are those of Polars 2.0 but for what reads or writes elsewhere (scans and sinks of other kinds, files in memory),
and what calls Python or a plugin.
"""

_TEXT = """
Abs Agg Alias All AllHorizontal Anti Any AnyHorizontal Append ApproxNUnique ApproxQuantile ArgMax ArgMin ArgSort
ArgUnique ArgWhere Array ArrayExpr AsList AsOf AsStruct Atan2 Aws Backward Base64Decode Base64Encode BaseUtcOffset
Bin Binary BinaryExpr BinaryOffset Bitwise Boolean Brotli Business ByDType ByIndex ByName Cache Cast CastTimeUnit
Categorical Ceil Century Clip Coalesce Column Combine Concat ConcatExpr ConcatHorizontal ConcatVertical Contains
ContainsAny ConvertTimeZone Correlation Count CountMatches Cross CumCount CumFoldHorizontal CumMax CumMin CumProd
CumReduceHorizontal CumSum Cut DSTOffset DataFrameScan Date DateRange DateRanges Datetime DatetimeFunction
DatetimeRange DatetimeRanges Day DaysInMonth Decimal DecimalArith Diff Difference Distinct Drop DropNans DropNulls
Duration Dyn Element Empty EndsWith Entropy Enum Equi Erf Erfc EscapeRegex Eval EwmMean EwmMeanBy EwmStd EwmSum
EwmSumBy EwmVar ExclusiveOr Exp Explode ExtendConstant Extract ExtractAll ExtractGroups ExtractMany Field FieldByName
FillNan FillNull FillNullWithStrategy Filter Find FindMany First FirstNonNull FixedSizeBinary Float Float16 Float32
Float64 Floor FoldHorizontal Format Forward Full Function Gather GatherEvery Get GroupBy Gzip HConcat HStack HasNulls
Hash Head HexDecode HexEncode Hint Hist Hour IEJoin Iceberg Implode IndexOf Inner InnerDataType Int Int128 Int16
Int32 Int64 Int8 IntRange IntRanges Interpolate InterpolateBy Intersect IsBetween IsClose IsDuplicated IsEmpty
IsFinite IsFirstDistinct IsIn IsInfinite IsLastDistinct IsLeapYear IsNan IsNotNan IsNotNull IsNull IsSorted IsUnique
IsoYear Item Join JsonDecode JsonEncode JsonPathMatch KeepName Keyed Kurtosis LargeList Last LastNonNull Left Len
LenBytes LenChars Length LinearSpace LinearSpaces List ListExpr Literal Log Log1p LowerBound Lowercase Lz4Raw MapExpr
MapFunction MatchToSchema Matches Max MaxBy MaxHorizontal Mean MeanHorizontal Median MergeSorted Microsecond
Millennium Millisecond Min MinBy MinHorizontal Minute Mode Month MonthEnd MonthStart NUnique Nanosecond Negate
NonEqui Normalize Not Null NullCount OfExpr OffsetBy Ok One Ordered OrdinalDay Over PadEnd PadStart Parquet
Partitioned Paths PctChange PeakMax PeakMin Pivot Pow Prefix PrefixFields Primitive Product PythonScan QCut Quantile
Quarter RLE RLEID Random Range Rank ReduceHorizontal Reinterpret Rename RenameAlias RenameFields Repeat RepeatBy
Replace ReplaceMany ReplaceStrict ReplaceTimeZone Reshape Reverse Right Rolling RollingExpr RollingExprBy Round
RoundSF RowDecode RowEncode RowIndex SQL Sample Scalar Scan SearchSorted Second Select SelectFields Selector
SelfDtype Semi Series SetOperation SetSortedFlag Shift ShiftAndFill Shuffle Sign Sink Skew Slice Snappy Sort SortBy
Sorted Split SplitExact SplitN SplitRegex Sql StartsWith Stats Std Str String StringExpr StripChars StripCharsEnd
StripCharsStart StripPrefix StripSuffix Strptime Struct StructEval StructExpr StructWithFields Suffix SuffixFields
Sum SumHorizontal Tail TemporalExpr Ternary Time Time64 TimeRange TimeRanges TimeStamp Timestamp Titlecase ToArray
ToDecimal ToInteger ToLowercase ToMap ToPhysical ToString ToStruct ToUppercase TopK TopKBy TotalDays TotalHours
TotalMicroseconds TotalMilliseconds TotalMinutes TotalNanoseconds TotalSeconds Trigonometry TruncArith Truncate
UInt128 UInt16 UInt32 UInt64 UInt8 Uncompressed Union Unique UniqueCounts Unknown Unnest Unordered Unpivot UpperBound
Uppercase ValueCounts Var Week WeekDay Wildcard WrapInArray WrapInList Year ZFill Zero Zstd adjust agg aggs
allow_empty allow_eq allow_parallel alpha apply approximate_bytes_per_file args arrow_schema ascii_case_insensitive
base_path bias binary_statistics_truncate_length broadcast_nulls broadcast_unit_length build_side by by_column cache
cast_columns_policy categorical_to_string categories ceiling_rate center check_lengths check_sortedness closed
closed_window cloud_options coalesce column column_mapping column_naming columns compat_level compression condition
config credential_provider data_page_size dataframes datetime_convert_timezone datetime_microseconds_downcast
datetime_microseconds_upcast datetime_milliseconds_upcast datetime_nanoseconds_downcast days ddof decimals
default_values deletion_files delimiter descending df diagonal distinct_count dsl_plans dtype duplicate_check dynamic
empty_as_null enabled evaluation every exact existing expand_paths expr exprs extra_columns_policy
extra_struct_fields falsy fields file_cache_ttl file_format file_path_provider fill_char flags float_downcast
float_upcast floor_rate fn_params force_parallel form format fractional from_partitioned_ds function glob has_max
has_min hash hidden_file_prefix hive_options hive_start_idx how identity_transformed_partition_fields idx
ignore_nulls include_boundaries include_file_paths include_keys include_nulls inclusive index index_column indices
init_rate initial_defaults inner input input_left input_right inputs insertions integer_to_float_cast integer_upcast
is_fraction is_nullable keep_nulls keep_strategy key key_value_metadata keys keys_pre_grouped label left left_by
left_on len length limit literal low_memory maintain_dataframe_height maintain_order mapping max_retries
max_rows_per_file max_value metadata method min_periods min_value missing_columns_policy missing_struct_fields mkdir
mode months multithreaded n name names negative new normalize nsecs null_count null_upcast nulls_equal nulls_last
offset on on_columns op options order_by parallel parsed_int partition_by partition_strategy payload period
physical_id pre_slice predicate predicate_pd predicates projection projection_pd propagate_nans query
rate_limit_config read rechunk relations resolve_heavy_sources retry_base_multiplier retry_config retry_init_backoff
retry_max_backoff retry_timeout return_dtype reverse right right_by right_on rolling root row_count row_group_size
row_index run_parallel scale scan_type schema seed separator should_broadcast shuffle sinked_paths_callback slice
sort sort_options source_sizes sources start_by statistics step strategy streamable strict subset suffix
sync_on_close table_statistics time_unit time_zone to_supertypes tolerance tolerance_str truthy try_parse_dates type_
unified_scan_args unified_sink_args use_statistics validate_output validation value value_name values variable_name
variant version weeks weights window_size with_replacement write
"""
WORDS = frozenset(_TEXT.split())
