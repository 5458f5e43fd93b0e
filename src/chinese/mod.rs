//! chinese
