//! The pages as people see them, and the laws that every page keeps.

mod fixture;
mod laws;
mod pages;
