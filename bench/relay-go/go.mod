module siaran-bench

go 1.19
