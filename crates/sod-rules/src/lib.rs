//! What must not be held together: declared incompatibilities to rules.
