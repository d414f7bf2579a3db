// SPDX-License-Identifier: Apache-2.0

mod bounty;
mod encoding;
mod era;
mod merit;
mod policy;
mod pot;
mod properties;
mod record;
mod scenario;
