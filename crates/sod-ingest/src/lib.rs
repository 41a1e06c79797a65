//! Export files to snapshots: every shape people have, understood or refused out loud.
