# Asks for the tables of namespaces that are files, trees, or nothing.
result = outcomes(asking(*(('tables', {'namespace': parts}) for parts in
    ([], [''], ['..', '..'], ['a\x00b'], ['x' * 100_000], ["default' or '1'='1"], ['default.'], ['.'], ['a', '', 'b'], ['%'], ['\ud800']))))
