// SPDX-License-Identifier: Apache-2.0

mod agenda;
mod consent;
mod custody;
mod emergency;
mod encoding;
mod history;
mod lease;
mod misuse;
mod properties;
mod scenario;
mod study;
mod view;
