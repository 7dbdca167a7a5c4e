# Looks for the folders of other runs, beside its own.
result = outcomes({path: lambda path=path: os.listdir(path) for path in
    (f'{home}/jobs', '/jobs', '/job/../jobs', '/job/out/../../../jobs', f'{home}')})
