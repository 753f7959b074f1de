"""Fetch the DAGs of S3_URI into the DAG folder: python -I -S fetch-dags.py s3://bucket/prefix /opt/airflow/dags

The package beside this file does it; this file only finds it, because `python -m` takes longer to start.
"""

import sys

sys.path.insert(0, __file__.rpartition("/")[0] or ".")

from fetch_dags.main import main

if __name__ == "__main__":
    main(sys.argv[1:])
