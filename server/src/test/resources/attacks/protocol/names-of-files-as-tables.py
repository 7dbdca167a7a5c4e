# Asks for tables by names that lead to files, catalogs of others, and things that no name has.
names = ['../../state.db', 'default/../../state.db', '/etc/passwd', 'file:///etc/passwd', 'default."../../x"', '..', 'default..', '.',
         'default."a/b"', 'default."x\x00y"', 'sys.state.keys', 'evil.default.flowers', 'default.flowers$files$files', 'default.flowers@tag:',
         'default.flowers@' + '9' * 400, 'default.flowers@+1000000000-12-31T23:59:59Z', 'x' * 100_000, '"' * 99_999, 'default."\ud800"',
         "default.flowers' or '1'='1", "default.x'; drop table iceberg_tables; --", '', ' ', 'default.']
result = outcomes(asking(*((what, {'name': name}) for name in names for what in ('table', 'metadata'))))
