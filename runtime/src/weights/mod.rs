// SPDX-License-Identifier: Apache-2.0

//! What calls cost, as `scripts/weights` measured it. Pallets of the SDK that are not here cost what
//! the SDK measured.

pub mod frame_system;
pub mod frame_system_extensions;
pub mod pallet_annotation;
pub mod pallet_authorities;
pub mod pallet_balances;
pub mod pallet_credentials;
pub mod pallet_governance;
pub mod pallet_imaging;
pub mod pallet_rewards;
pub mod pallet_timestamp;
pub mod pallet_transaction_payment;
